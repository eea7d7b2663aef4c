/** The desktop that a browser here captures, for viewers: view only, and each viewer's connection is between the two browsers. */
import type { HostedMember } from "../../../session/host/viewer_streams.ts";
import { DESKTOP, readDesktopHead } from "../../../session/services/desktop/heads.ts";
import {
  MAX_CANDIDATES,
  MAX_DESKTOP_MESSAGE,
  MAX_MEDIA,
  MAX_SIDE,
} from "../../../session/services/desktop/limits.ts";
import { readMediaMessage } from "../../../session/services/desktop/viewer_messages.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import { serve, type ServiceStream, serviceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import { hostTime } from "../host/desktop_pictures.ts";
import { ShowStream } from "../host/show_stream.ts";
import type { PageMessage } from "./capture_page.ts";
import { CaptureServer } from "./capture_server.ts";

/** What is told of a browser's encoder: it chooses for itself, within about these. */
const SETTINGS = {
  fps: 30,
  bitrate: 2_500_000,
  preset: "balanced",
  encoder: "browser",
  encoders: ["browser"],
  clipboard: "none",
  input: false,
} as const;

export interface BrowserDesktopOptions {
  readonly sound: boolean;
  /** Whether the session has one beside the desktop. */
  readonly terminal: boolean;
  /** The servers of now. */
  readonly ice: () => RtcOptions;
  /** A line for the host's person. */
  readonly say: (words: string) => void;
}

interface Viewer {
  show?: ShowStream;
  media?: ServiceStream;
}

/** A desktop that a page captures. */
export class BrowserDesktop implements AsyncDisposable {
  readonly #server: CaptureServer;
  readonly #viewers = new Map<string, Viewer>();
  readonly #over = Promise.withResolvers<void>();
  #screen: { readonly width: number; readonly height: number } | undefined;

  constructor(private readonly options: BrowserDesktopOptions) {
    this.#server = new CaptureServer(options.sound, {
      message: (message) => this.#heard(message),
      open: (open) => open || this.#stopped(),
    });
  }

  /** Where the person chooses what to share. */
  get url(): string {
    return this.#server.url;
  }

  /** Lets the viewers of `runtime` see it. */
  offerTo(runtime: HostRuntime): void {
    // Nobody's input counts: the feature is named, and what comes is dropped.
    runtime.shareDesktop({ events: () => {}, position: () => {} });
    runtime.serve(DESKTOP, "look", (stream, head, member) => {
      const own = serviceStream(stream);
      void serve(own, () => this.#serve(own, head, member));
    });
    runtime.listen({ left: ({ peer }) => this.#leave(peer, "the viewer has left") });
  }

  /** Settles when it is disposed. */
  run(): Promise<void> {
    return this.#over.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of [...this.#viewers.keys()]) this.#leave(peer, "the host ended the desktop");
    await this.#server[Symbol.asyncDispose]();
    this.#over.resolve();
  }

  async #serve(stream: ServiceStream, bytes: Uint8Array, { peer }: HostedMember): Promise<void> {
    const head = readDesktopHead(bytes);
    switch (head.kind) {
      case "show":
        return await this.#show(stream, peer);
      case "media":
        return await this.#media(stream, peer);
      case "pictures":
      case "clip":
      case "clip-get":
        throw new ServiceError("denied", "a browser captures this desktop: it can only be seen, as video");
    }
  }

  async #show(stream: ServiceStream, peer: string): Promise<void> {
    const viewer = this.#of(peer);
    viewer.show?.close(new ServiceError("gone", "the viewer opened the desktop again"));
    const show = viewer.show = new ShowStream(stream);
    try {
      if (this.#screen) this.#tell(viewer, this.#screen);
      else show.say({ is: "notice", value: "The host's person has not chosen yet what to share" });
      await show.hear((said) => {
        if (said.is === "ping") {
          show.say({
            is: "pong",
            value: { ping: said.value, at: hostTime() },
          });
        }
        if (said.is === "set") throw new ServiceError("denied", "the browser there chooses by itself");
      });
    } finally {
      if (viewer.show === show) {
        delete viewer.show;
        viewer.media?.reset(new ServiceError("gone", "the desktop was closed"));
      }
    }
  }

  #tell({ show }: Viewer, { width, height }: { readonly width: number; readonly height: number }): void {
    show?.say({ is: "screen", value: { width, height, monitors: [] } });
    show?.say({
      is: "settings",
      value: {
        ...SETTINGS,
        encoders: [...SETTINGS.encoders],
        audio: this.options.sound,
        terminal: this.options.terminal,
      },
    });
  }

  async #media(stream: ServiceStream, peer: string): Promise<void> {
    const viewer = this.#of(peer);
    if (!viewer.show) throw new ServiceError("denied", "show is not open");
    const carried = [...this.#viewers.values()].filter((other) => other !== viewer && other.media).length;
    if (carried >= MAX_MEDIA) {
      throw new ServiceError("busy", `the host sends video to ${MAX_MEDIA} viewers already`);
    }
    viewer.media?.reset(new ServiceError("gone", "the viewer asked for video again"));
    viewer.media = stream;
    const reader = new ByteReader(stream.readable);
    try {
      const { offer, policy } = readMediaMessage("offer", await nextMessage(reader, MAX_DESKTOP_MESSAGE));
      const { iceServers, icePolicy } = this.options.ice();
      const ice = {
        iceServers: iceServers.map(({ urls, ...rest }) => ({ urls: [...urls], ...rest })),
        iceTransportPolicy: icePolicy === "relay" ? icePolicy : policy,
      };
      if (!this.#server.say({ viewer: peer, offer, ice })) {
        throw new ServiceError("gone", "nothing is shared yet");
      }
      for (let candidates = 0; candidates < MAX_CANDIDATES; candidates++) {
        const value = await nextMessage(reader, MAX_DESKTOP_MESSAGE);
        if (value === undefined) break;
        this.#server.say({ viewer: peer, ...readMediaMessage("candidate", value) });
      }
      if (stream.signal.aborted) return;
      await new Promise((resolve) => stream.signal.addEventListener("abort", resolve, { once: true }));
    } finally {
      if (viewer.media === stream) delete viewer.media;
      this.#server.say({ viewer: peer, gone: "the viewer is gone" });
    }
  }

  #heard({ screen, stopped, viewer: peer, answer, candidate, mid, gone }: PageMessage): void {
    if (screen) return this.#sized(screen);
    if (stopped) return this.#stopped();
    const media = peer === undefined ? undefined : this.#viewers.get(peer)?.media;
    if (!media) return;
    if (gone !== undefined) return media.reset(new ServiceError("gone", String(gone).slice(0, 200)));
    const writer = media.writable.getWriter();
    const message = answer === undefined ? { candidate: candidate ?? "", mid: mid ?? "0" } : { answer };
    writer.write(encodeMessage(message)).catch(() => {});
    writer.releaseLock();
  }

  #sized({ width, height }: { readonly width: number; readonly height: number }): void {
    const isSide = (side: unknown) =>
      Number.isInteger(side) && side as number > 0 && side as number <= MAX_SIDE;
    if (!isSide(width) || !isSide(height)) return;
    this.#screen = { width, height };
    for (const viewer of this.#viewers.values()) this.#tell(viewer, this.#screen);
  }

  #stopped(): void {
    if (!this.#screen) return;
    this.#screen = undefined;
    this.options.say("The desktop is not shared any more: its page was closed, or stopped");
    for (const { show, media } of this.#viewers.values()) {
      media?.reset(new ServiceError("gone", "the host's person ended it"));
      show?.say({ is: "notice", value: "The host's person ended the desktop" });
    }
  }

  #leave(peer: string, why: string): void {
    const { show, media } = this.#viewers.get(peer) ?? {};
    this.#viewers.delete(peer);
    const error = new ServiceError("gone", why);
    media?.reset(error);
    show?.close(error);
  }

  #of(peer: string): Viewer {
    let viewer = this.#viewers.get(peer);
    if (!viewer) this.#viewers.set(peer, viewer = {});
    return viewer;
  }
}
