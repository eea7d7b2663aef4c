/** A host and its viewers in simulated time: real sessions over real memory links, with a model of a terminal at each end. */
import type { Role } from "../../frames/link_frames.ts";
import { grantOf } from "../../session/roster/grant.ts";
import type { HostIo } from "../../session/host/host_io.ts";
import { HostSession } from "../../session/host/host_session.ts";
import { PictureFetcher } from "../../session/pictures/picture_fetcher.ts";
import { PictureStore } from "../../session/pictures/picture_store.ts";
import { ViewerSession } from "../../session/viewer/viewer_session.ts";
import { memoryLinkPair } from "../../transport/links/memory_link.ts";
import type { Link } from "../../transport/link.ts";

/** The model's screen: the last bytes printed, and the size. What a snapshot must carry, whole. */
const SCREEN_BYTES = 3000;

export interface Path {
  readonly loss?: number;
  readonly reorder?: number;
  readonly duplicate?: number;
  readonly delayMs?: number;
  readonly lossy?: boolean;
}

/** A small seeded generator (mulberry32), uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const tail = (bytes: Uint8Array) => bytes.slice(-SCREEN_BYTES);
const joined = (a: Uint8Array, b: Uint8Array) => {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};

export class Clock {
  now = 1000;
  #events: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  schedule(ms: number, run: () => void): void {
    this.#events.push({ at: this.now + ms, order: this.#order++, run });
  }

  /** Runs until `until` (ms), settling promises after each event, and asks `due` when to wake without one. */
  async run(until: number, due: () => number, wake: () => void): Promise<void> {
    for (let steps = 0;; steps++) {
      if (steps > 300_000) throw new Error(`busy: ${steps} steps by ${this.now} ms`);
      this.#events.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#events[0];
      const at = Math.min(next?.at ?? Infinity, Math.max(due(), this.now));
      if (at > until) break;
      this.now = at;
      if (next && next.at <= at) this.#events.shift()!.run();
      else wake();
      for (let i = 0; i < 12; i++) await Promise.resolve();
    }
    this.now = until;
  }
}

export class ModelViewer {
  readonly session: ViewerSession;
  screen = new Uint8Array();
  size = { cols: 0, rows: 0 };
  effect = 0;
  exit: { code: number; at: number } | undefined;
  dismissed = "";
  snapshots = 0;
  log: string[] = [];
  notices: string[] = [];
  offered: number[] = [];
  /** Bytes shown a second; infinitely fast if 0. */
  rate = 0;
  stopped = false;
  #busyUntil = 0;
  readonly pictures = new PictureStore();
  readonly fetcher = new PictureFetcher(
    this.pictures,
    (id, from) => this.session.askPicture(id, from),
    () => {},
  );
  link: Link | undefined;
  /** As the host has it. */
  readonly member;

  constructor(readonly world: World, readonly peer: string, role: Role) {
    const { clock } = world;
    this.member = { peer, grant: grantOf(role) };
    const shown = (bytes: number) => {
      if (this.rate === 0) return Promise.resolve();
      this.#busyUntil = Math.max(this.#busyUntil, clock.now) + bytes * 1000 / this.rate;
      return new Promise<void>((done) => clock.schedule(this.#busyUntil - clock.now, done));
    };
    this.session = new ViewerSession(
      {
        now: () => clock.now,
        show: (data) => {
          this.screen = tail(joined(this.screen, data));
          return shown(data.length);
        },
        replace: (snapshot) => {
          this.snapshots++;
          this.screen = snapshot.data.slice();
          this.size = { cols: snapshot.cols, rows: snapshot.rows };
          return shown(snapshot.data.length);
        },
        welcomed: ({ cols, rows }) => {
          this.size = { cols, rows };
        },
        history: () => {},
        picture: (piece) => this.fetcher.receive(piece, clock.now),
        notice: (text) => this.notices.push(text),
        offered: (port) => this.offered.push(port),
        exited: ({ code }) => this.exit = { code, at: clock.now },
        dismissed: (why) => this.dismissed = why,
        effect: (effect) => this.effect = effect,
        changed: () => {},
        log: (words) => this.log.push(words),
      },
      { name: peer, singleChannel: world.singleChannel, lateTimers: false },
      { cols: 80, rows: 24 },
    );
  }

  /** One more link, over a new path; what was there stays. Returns both ends. */
  open(path: Path): { readonly host: Link; readonly viewer: Link } {
    const { world } = this;
    const [host, viewer] = memoryLinkPair({
      ...path,
      // As it is now: a path may change while it is used.
      get loss() {
        return path.loss;
      },
      random: world.random,
      schedule: (ms, run) => world.clock.schedule(ms, run),
    });
    this.link = viewer;
    world.host.attach(this.member, host);
    this.session.attach(viewer);
    return { host, viewer };
  }

  /** Connects over a new path; the old link, if any, goes on delivering what is on it until it is closed. */
  async connect(path: Path, keepOld = false): Promise<void> {
    const old = this.link;
    this.open(path);
    if (!keepOld) await old?.close("replaced");
  }
}

export class World {
  readonly clock = new Clock();
  /** Whether what may be lost is lost, all of it; on paths that lose any. */
  cut = false;
  readonly random: () => number;
  readonly host: HostSession;
  readonly viewers: ModelViewer[] = [];
  log: string[] = [];
  screen = new Uint8Array();
  size = { cols: 80, rows: 24 };
  typed = new Uint8Array();
  /** What the program does with a key, besides nothing. */
  onTyped: (bytes: Uint8Array) => void = () => {};
  /** When the program's terminal has taken what was typed: at once, unless told otherwise. */
  taking: (bytes: Uint8Array) => Promise<void> | void = () => {};
  /** How long it takes to read rows. */
  reading: () => Promise<void> = () => Promise.resolve();
  /** Told what the host asks of its leaf. */
  asked: (what: "lines" | "pictures" | "windows" | "snapshots") => void = () => {};
  /** What the host's emulator holds. */
  readonly pictures = new PictureStore();

  constructor(seed: number, readonly singleChannel = false, watch?: HostIo["watch"]) {
    const random = seeded(seed);
    this.random = () => this.cut ? 0 : random();
    this.host = new HostSession(
      {
        ...(watch && { watch }),
        now: () => this.clock.now,
        type: (bytes) => {
          this.typed = joined(this.typed, bytes);
          this.onTyped(bytes);
          return this.taking(bytes);
        },
        snapshot: () => {
          this.asked("snapshots");
          return new Promise((done) =>
            this.clock.schedule(
              2,
              () =>
                done({
                  version: this.host.version,
                  data: this.screen.slice(),
                  line: 0,
                  era: 0,
                  ...this.size,
                }),
            )
          );
        },
        lines: (from) => {
          this.asked("lines");
          return this.reading().then(() => ({ era: 0, first: 0, end: 0, from, rows: [] }));
        },
        picture: (id) => {
          this.asked("pictures");
          return Promise.resolve(this.pictures.get(id));
        },
        windowChanged: () => this.asked("windows"),
        changed: () => {},
        log: (words) => this.log.push(words),
      },
      { ...this.size, singleChannel },
    );
  }

  viewer(role: Role = "write"): ModelViewer {
    const viewer = new ModelViewer(this, `viewer${this.viewers.length}`, role);
    this.viewers.push(viewer);
    return viewer;
  }

  print(bytes: Uint8Array): void {
    this.screen = tail(joined(this.screen, bytes));
    this.host.output(bytes.slice());
  }

  resize(cols: number, rows: number): void {
    this.size = { cols, rows };
    this.host.resize(this.size);
  }

  /** Lets `ms` of simulated time pass. */
  run(ms: number): Promise<void> {
    const due = () =>
      Math.min(this.host.due(), ...this.viewers.filter((v) => !v.stopped).map((v) => v.session.due()));
    return this.clock.run(this.clock.now + ms, due, () => {
      this.host.poll();
      for (const viewer of this.viewers) if (!viewer.stopped) viewer.session.poll();
    });
  }
}
