/** A host's desktop for all its viewers: the display, its pictures, input and clipboard, put together. */
import { DESKTOP, readDesktopHead } from "../../../session/services/desktop/heads.ts";
import type { HostSays, PictureWay } from "../../../session/services/desktop/show_messages.ts";
import type { DesktopChange } from "../../../session/services/desktop/viewer_messages.ts";
import { serve, type ServiceStream, serviceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { may } from "../../../session/roster/grant.ts";
import type { HostedMember } from "../../../session/host/viewer_streams.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import type { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import type { MediaFactory } from "../../../transport/media/media_peer.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import type { Ffmpeg } from "../codec/node_av.ts";
import type { Preset } from "../codec/video_settings.ts";
import type { Capture } from "../x11/capture.ts";
import type { X11Display } from "../x11/display.ts";
import type { Environment, Point } from "../x11/types.ts";
import { SoundFeed } from "../sound/sound_feed.ts";
import { type ClipboardWay, DesktopClipboard } from "./desktop_clipboard.ts";
import { DesktopInputs } from "./desktop_inputs.ts";
import { DesktopPictures, hostTime } from "./desktop_pictures.ts";
import { DesktopPointer } from "./desktop_pointer.ts";
import type { DesktopRecording } from "./desktop_recording.ts";
import { screenSays, settingsSays } from "./desktop_told.ts";
import { DesktopUsers, mustUse } from "./desktop_users.ts";
import { DesktopViewer } from "./desktop_viewer.ts";
import { DesktopViewers } from "./desktop_viewers.ts";

export interface HostDesktopOptions {
  readonly display: X11Display;
  /** Of what is shared. */
  readonly capture: Capture;
  readonly ffmpeg: Ffmpeg;
  /** Encoders that work here, the best first. */
  readonly encoders: readonly [string, ...string[]];
  readonly fps: number;
  readonly bitrate: number;
  readonly preset: Preset;
  readonly clipboard: ClipboardWay;
  /** Whether the session has one beside the desktop. */
  readonly terminal: boolean;
  /** The environment in which its sound is recorded; undefined: viewers do not hear it. */
  readonly sound: Environment | undefined;
  readonly recording: DesktopRecording | undefined;
  /** Undefined: no WebRTC. */
  readonly rtc: MediaFactory | undefined;
  /** The servers of now. */
  readonly ice: () => RtcOptions;
  readonly log: (words: string) => void;
  /** A viewer uses the desktop for the first time. */
  readonly used: (peer: string) => void;
  /** Pictures go to a viewer in another way from here on, and why. */
  readonly went: (peer: string, how: PictureWay, why: string) => void;
}

/** The desktop that a host shares. */
export class HostDesktop implements AsyncDisposable {
  readonly #viewers = new DesktopViewers((member) => this.#viewer(member));
  readonly #stack = new DisposableStack();
  readonly #stop = new AbortController();
  readonly #pictures: DesktopPictures;
  readonly #inputs: DesktopInputs;
  readonly #clipboard: DesktopClipboard;
  readonly #pointer = new DesktopPointer();
  #sound: SoundFeed | undefined;
  /** Why there is no desktop any more. */
  #lost: string | undefined;
  readonly #users: DesktopUsers;

  constructor(private readonly options: HostDesktopOptions) {
    const { display, capture, encoders: [encoder], clipboard, recording, log } = options;
    this.#users = new DesktopUsers(this.options.used);
    const moved = () => this.#viewers.say(this.#screen());
    this.#pictures = this.#stack.use(
      new DesktopPictures({
        ...options,
        encoder,
        viewers: this.#viewers,
        moved,
        recorded: recording && ((picture) => recording.picture(picture)),
      }),
    );
    this.#inputs = this.#stack.use(
      new DesktopInputs({
        input: display.input,
        area: () => capture.area,
        clock: SYSTEM_CLOCK,
        log,
        used: (peer) => this.#users.by(peer, performance.now()),
      }),
    );
    this.#clipboard = new DesktopClipboard(display.clipboard, clipboard, (value) => {
      this.#viewers.say({ is: "clipboard", value }, ({ grant }) => may(grant, DESKTOP));
    });
    this.#sound = options.sound && this.#soundFeed(options.sound);
    this.#stack.defer(display.listen({
      layoutChanged: moved,
      pointerImage: (image) => this.#viewers.say(this.#pointer.looks(image)),
      pointerMoved: (place) => this.#moved(place),
      clipboardChanged: (offer) => this.#clipboard.changed(offer),
    }));
  }

  /** Lets the viewers of `runtime` see and use it. */
  offerTo(runtime: Pick<HostRuntime, "shareDesktop" | "serve" | "listen">): void {
    runtime.shareDesktop(this.#inputs);
    runtime.serve(DESKTOP, "look", (stream, head, member) => {
      const own = serviceStream(stream);
      void serve(own, () => this.#serve(own, head, member));
    });
    runtime.listen({
      left: ({ peer }) => void this.#leave(peer),
      granted: (member) => this.#granted(member),
    });
  }

  /** Runs until the display is lost, which it throws, or until it is disposed. */
  async run(): Promise<void> {
    const { display } = this.options;
    const { signal } = this.#stop;
    const lost = display.lost.then((failure) => Promise.reject(failure));
    try {
      await this.#pointer.read(display.pointer);
      await Promise.race([this.#pictures.run(signal), lost]);
    } catch (error) {
      if (signal.aborted) return;
      this.#lost = error instanceof Error ? error.message : String(error);
      await this.#viewers.close(this.#lost);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const why = "the host ended the desktop";
    this.#stop.abort(new ServiceError("gone", why));
    await this.#viewers.close(why);
    await this.#sound?.[Symbol.asyncDispose]();
    this.#stack[Symbol.dispose]();
  }

  async #serve(stream: ServiceStream, bytes: Uint8Array, member: HostedMember): Promise<void> {
    const head = readDesktopHead(bytes);
    if (this.#lost !== undefined) throw new ServiceError("gone", this.#lost);
    const viewer = this.#viewers.of(member);
    switch (head.kind) {
      case "show":
        return await viewer.show(stream);
      case "media":
        return await viewer.media(stream);
      case "pictures":
        return await viewer.pictures(stream);
      case "clip":
        mustUse(member);
        return await this.#clipboard.put(stream, head.type, head.size);
      case "clip-get":
        mustUse(member);
        return await this.#clipboard.get(stream, head.id, head.type);
    }
  }

  async #leave(peer: string): Promise<void> {
    this.#inputs.release(peer);
    this.#users.forget(peer);
    await this.#viewers.leave(peer, "the viewer has left");
    this.#changed();
  }

  /** It may do something else from now on: it is told, and what it holds is let go if it may not use the desktop. */
  #granted(member: HostedMember): void {
    if (!may(member.grant, DESKTOP)) this.#inputs.release(member.peer);
    this.#viewers.say(this.#settings(member), ({ peer }) => peer === member.peer);
  }

  #changed(): void {
    this.#pictures.watchChanged();
    this.#sound?.listen(this.#viewers.listen);
  }

  #soundFeed(environment: Environment): SoundFeed {
    const { ffmpeg, recording, log } = this.options;
    return new SoundFeed({
      ffmpeg,
      environment,
      now: hostTime,
      send: (packet, time) => {
        this.#pictures.tracks.sound(packet, time);
        recording?.sound(packet, time);
      },
      failed: ({ message }) => {
        log(message);
        this.#sound = undefined;
        this.#viewers.say({ is: "notice", value: "The desktop has no sound any more" });
        this.#viewers.sayEach(({ member }) => this.#settings(member));
      },
    });
  }

  #viewer(member: HostedMember): DesktopViewer {
    const { rtc, ice, went } = this.options;
    return new DesktopViewer({
      member,
      rtc,
      ice,
      went: (how, why) => went(member.peer, how, why),
      tracks: this.#pictures.tracks,
      jpeg: this.#pictures.jpeg,
      now: hostTime,
      mayCarry: () => this.#viewers.mayCarry,
      wake: () => this.#pictures.wake(),
      changed: () => this.#changed(),
      first: () => this.#first(member),
      set: (change) => this.#set(change),
    });
  }

  /** What is said to a viewer first. */
  #first(member: HostedMember): HostSays[] {
    const { offer } = this.#clipboard;
    return [
      this.#screen(),
      this.#settings(member),
      this.#pictures.clock(),
      ...this.#pointer.first(this.options.capture.area),
      ...(offer && may(member.grant, DESKTOP) ? [{ is: "clipboard", value: offer } as const] : []),
    ];
  }

  #screen(): HostSays {
    return screenSays(this.options.capture.area, this.options.display.layout);
  }

  #settings({ grant }: HostedMember): HostSays {
    const { encoders, clipboard, terminal } = this.options;
    const can = { audio: this.#sound !== undefined, clipboard, input: may(grant, DESKTOP), terminal };
    return settingsSays(this.#pictures.settings, encoders, can);
  }

  /** A viewer who may use the desktop has changed how its pictures are made. */
  #set(change: DesktopChange): void {
    this.#pictures.set(change);
    this.#viewers.sayEach(({ member }) => this.#settings(member));
  }

  #moved(place: Point): void {
    const own = this.#users.moves(performance.now());
    this.#viewers.say(this.#pointer.moved(place, this.options.capture.area), ({ peer }) => peer !== own);
  }
}
