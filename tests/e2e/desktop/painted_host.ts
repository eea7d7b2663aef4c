/**
 * A host with a desktop that a test paints: the session's own runtime, a road, and the service `desktop` with JPEG tiles; no display and no
 * encoder. It says what it is told to say, and keeps what viewers did.
 */
import { roadClient } from "../../../cli/network/road_socket.ts";
import { makeRecord, pakeReady } from "../../../transport/auth/pake.ts";
import { HostPeers } from "../../../transport/peer/host_peers.ts";
import { Listeners } from "../../../transport/listeners.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { HostRuntime } from "../../../session/runtime/host_runtime.ts";
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { type DesktopHead, readDesktopHead } from "../../../session/services/desktop/heads.ts";
import { type InputEvent, InputEventReader } from "../../../session/services/desktop/input_events.ts";
import { encodePictureHead, type Tile } from "../../../session/services/desktop/picture_head.ts";
import { readViewerSays, type ViewerSays } from "../../../session/services/desktop/viewer_messages.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import { serve, type ServiceStream, serviceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";

const WORDS = "river-lamp-ocean";
/** Those of the code to watch with begin so. */
const VIEW_WORDS = "forest-stone-cloud";

/** A tile of a picture: where it goes, and its JPEG. */
export interface Painted {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

export interface PaintedEvents {
  said(said: ViewerSays): void;
  event(event: InputEvent): void;
  place(at: { readonly x: number; readonly y: number; readonly holds: boolean }): void;
  shown(number: number): void;
  opened(head: DesktopHead): void;
  clip(type: string, bytes: Uint8Array): void;
}

export interface DesktopKind {
  readonly width: number;
  readonly height: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Answers offers of media connections; absent: there is no encoder. */
  readonly media?: (stream: ServiceStream, from: ByteReader) => Promise<void>;
}

const SETTINGS = {
  ...{ fps: 30, bitrate: 4_000_000, preset: "text", encoder: "none", encoders: [] },
  ...{ audio: false, clipboard: "both", input: true },
};

/** The host, as long as the test needs it. */
export class PaintedHost implements AsyncDisposable {
  readonly events: InputEvent[] = [];
  readonly said: ViewerSays[] = [];
  readonly heads: DesktopHead[] = [];
  readonly clips: { readonly type: string; readonly text: string }[] = [];
  places: { readonly x: number; readonly y: number; readonly holds: boolean }[] = [];
  /** The newest picture that the viewer has shown. */
  shown = 0;
  /** What `clip-get` brings. */
  copied = new Uint8Array();
  readonly #listeners = new Listeners<PaintedEvents>();
  readonly #shows = new Set<ServiceStream>();
  #pictures: ServiceStream | undefined;
  #opened = Promise.withResolvers<void>();
  #number = 0;

  private constructor(
    readonly url: string,
    readonly viewUrl: string,
    private readonly runtime: HostRuntime,
    private readonly kind: DesktopKind,
    private readonly closing: () => Promise<void>,
  ) {}

  /** @throws {RoadError} */
  static async start(road: string, kind: DesktopKind): Promise<PaintedHost> {
    await pakeReady;
    const client = roadClient({ road, role: "host" });
    const { session, publicUrl } = await client.connect();
    const runtime = makeRuntime();
    const peers = new HostPeers({
      road: client,
      session,
      records: { write: makeRecord("write", WORDS, session), view: makeRecord("view", VIEW_WORDS, session) },
      rtc: null,
      policy: { maxViewers: 4, forceWebsocket: true, strictWebrtc: false, iceServers: [], icePolicy: "all" },
      log: () => {},
    });
    const link = (words: string) => `${publicUrl}/j/${session}#${words}`;
    const host = new PaintedHost(link(WORDS), link(`view-${VIEW_WORDS}`), runtime, kind, async () => {
      await peers.close("the end of the test");
      client.close({ leave: true });
      runtime[Symbol.dispose]();
    });
    peers.listen({
      joined: (viewer) => runtime.join(viewer, { close: () => {} }),
      link: (peer, link) => runtime.attach(peer, link),
    });
    host.#serve();
    return host;
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<PaintedEvents>): () => void {
    return this.#listeners.add(events);
  }

  /** Says something to all who look. */
  async say(message: Readonly<Record<string, unknown>>): Promise<void> {
    for (const stream of this.#shows) await say(stream, message);
  }

  /** Shows a picture to the viewer that asked for them; waits until one did. */
  async paint(...tiles: readonly Painted[]): Promise<number> {
    await this.#opened.promise;
    const number = ++this.#number;
    const { width, height } = this.kind;
    const at = performance.now();
    const places = tiles.map(({ x, y, width, height, jpeg }): Tile => [x, y, width, height, jpeg.length]);
    await this.#pictures!.write(encodePictureHead({ number, at, width, height, tiles: places }));
    for (const { jpeg } of tiles) await this.#pictures!.write(jpeg);
    return number;
  }

  /** The desktop is gone for a while: each stream of it is reset. */
  reset(code: string, message: string): void {
    for (const stream of this.#shows) stream.reset(new ServiceError(code, message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closing();
  }

  #serve(): void {
    const readers = new Map<string, InputEventReader>();
    this.runtime.session.desktop = {
      events: ({ peer }, bytes) => {
        const reader = readers.get(peer) ?? new InputEventReader();
        readers.set(peer, reader);
        for (const event of reader.push(bytes)) {
          this.events.push(event);
          this.#listeners.emit((to) => to.event?.(event));
        }
      },
      position: (_member, { x, y, holds }) => {
        this.places.push({ x, y, holds });
        this.#listeners.emit((to) => to.place?.({ x, y, holds }));
      },
    };
    this.runtime.serve("desktop", "look", (stream, head, { grant }) => {
      const opened = serviceStream(stream);
      void serve(opened, () => this.#take(opened, readDesktopHead(head), grant.has("desktop")));
    });
  }

  async #take(stream: ServiceStream, head: DesktopHead, may: boolean): Promise<void> {
    this.heads.push(head);
    this.#listeners.emit((to) => to.opened?.(head));
    const from = new ByteReader(stream);
    switch (head.kind) {
      case "show":
        return await this.#show(stream, from, may);
      case "pictures":
        return await this.#picture(stream, from);
      case "clip": {
        const bytes = await from.exactly(head.size) ?? new Uint8Array();
        await stream.finish();
        this.clips.push({ type: head.type, text: new TextDecoder().decode(bytes) });
        return this.#listeners.emit((to) => to.clip?.(head.type, bytes));
      }
      case "clip-get":
        await say(stream, { size: this.copied.length });
        return await stream.finish(this.copied);
      case "media":
        if (this.kind.media) return await this.kind.media(stream, from);
        throw new ServiceError("no-service", "this host has no encoder");
    }
  }

  async #show(stream: ServiceStream, from: ByteReader, input: boolean): Promise<void> {
    const { width, height, settings } = this.kind;
    this.#shows.add(stream);
    try {
      await say(stream, { screen: { width, height, monitors: [{ name: "A", x: 0, y: 0, width, height }] } });
      await say(stream, { settings: { ...SETTINGS, ...settings, input } });
      for (;;) {
        const message = await nextMessage(from, 65_536);
        if (message === undefined) return;
        const said = readViewerSays(message)!;
        this.said.push(said);
        if (said.is === "ping") await say(stream, { pong: { ping: said.value, at: performance.now() } });
        this.#listeners.emit((to) => to.said?.(said));
      }
    } finally {
      this.#shows.delete(stream);
    }
  }

  async #picture(stream: ServiceStream, from: ByteReader): Promise<void> {
    this.#pictures = stream;
    this.#opened.resolve();
    try {
      for (;;) {
        const message = await nextMessage(from, 65_536) as { shown: number } | undefined;
        if (message === undefined) return;
        this.shown = message.shown;
        this.#listeners.emit((to) => to.shown?.(message.shown));
      }
    } finally {
      this.#opened = Promise.withResolvers();
    }
  }
}

function say(stream: ServiceStream, message: unknown): Promise<void> {
  return stream.write(encodeMessage(message));
}

/** A session with a terminal that shows one line. */
function makeRuntime(): HostRuntime {
  const data = new TextEncoder().encode("here");
  const runtime: HostRuntime = new HostRuntime(
    {
      type: () => {},
      snapshot: () =>
        Promise.resolve({ version: runtime.session.version, data, line: 0, era: 0, cols: 80, rows: 24 }),
      lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
      picture: () => Promise.resolve(undefined),
      log: () => {},
    },
    { cols: 80, rows: 24, singleChannel: false },
    SYSTEM_CLOCK,
  );
  return runtime;
}
