/** A host and its viewer over a simulated path, with a model of a terminal at each end: what the workloads type into and print on. */
import type { Snapshot } from "../../../frames/screen_state.ts";
import { HostSession } from "../../../session/host/host_session.ts";
import { grantOf } from "../../../session/roster/grant.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import { EventClock } from "./clock.ts";
import { type Network, SimulatedPath } from "./network.ts";

/** A snapshot takes the emulator this long, once it has parsed all that was printed, so many bytes a ms; ms. */
const SNAPSHOT = 1.5;
const PARSED = 15_000;
/** A snapshot waits until a picture of synchronized output (mode 2026) is whole, so long at most, as `cli/emulator/whole_snapshots.ts` has it; ms. */
const WHOLE = 100;
/** The screen is what was printed last; bytes. */
const SCREEN = 3000;
const SIZE = { cols: 80, rows: 24 };

/** Something whose way to the viewer's screen is timed. */
interface Awaited {
  readonly version: number;
  readonly from: number;
  readonly times: number[];
}

export class SessionPair {
  readonly clock = new EventClock();
  readonly path: SimulatedPath;
  readonly host: HostSession;
  readonly viewer: ViewerSession;
  /** What the program does with what is typed. */
  onTyped: (bytes: Uint8Array) => void = () => {};
  typed = 0;
  /** Screens shown, and how many of them were half a picture. */
  snapshots = 0;
  torn = 0;
  #screen = new Uint8Array(0);
  #half = false;
  #parsedAt = 0;
  #awaited: Awaited[] = [];
  readonly #tornVersions = new Set<number>();

  constructor(network: Network, seed: number) {
    const { clock } = this;
    this.path = new SimulatedPath(clock, network, seed);
    this.host = new HostSession({
      now: () => clock.now,
      type: (bytes) => {
        this.typed += bytes.length;
        this.onTyped(bytes);
      },
      snapshot: () => new Promise((done) => this.#whenParsed(clock.now + WHOLE, done)),
      lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
      picture: () => Promise.resolve(undefined),
      changed: () => {},
      log: () => {},
    }, { ...SIZE, singleChannel: false });
    this.viewer = this.#join();
  }

  #whenParsed(until: number, done: (snapshot: Snapshot) => void): void {
    const { clock } = this;
    clock.schedule(Math.max(0, this.#parsedAt - clock.now) + SNAPSHOT, () => {
      if (this.#parsedAt > clock.now || this.#half && clock.now < until) return this.#whenParsed(until, done);
      const { version } = this.host;
      if (this.#half) this.#tornVersions.add(version);
      done({ version, data: this.#screen.slice(), line: 0, era: 0, ...SIZE });
    });
  }

  #join(): ViewerSession {
    const { clock } = this;
    const viewer = new ViewerSession(
      {
        now: () => clock.now,
        show: () => Promise.resolve(),
        replace: ({ version }) => {
          this.snapshots++;
          if (this.#tornVersions.has(version)) this.torn++;
          return Promise.resolve();
        },
        welcomed: () => {},
        history: () => {},
        notice: () => {},
        exited: () => {},
        dismissed: (why) => {
          throw new Error(`the host ended it: ${why}`);
        },
        changed: () => {},
        log: () => {},
      },
      { name: "viewer", singleChannel: false, lateTimers: false },
      SIZE,
    );
    const [host, end] = this.path.link();
    for (const link of [host, end]) {
      link.closed.then(({ detail }) => {
        throw new Error(`the link ended: ${detail}`);
      });
    }
    this.host.attach({ peer: "viewer", grant: grantOf("write") }, host);
    viewer.attach(end);
    return viewer;
  }

  /** @param half whether a picture is not whole behind it */
  print(bytes: Uint8Array, half = false): void {
    const all = new Uint8Array(Math.min(SCREEN, this.#screen.length + bytes.length));
    const tail = bytes.subarray(-SCREEN);
    all.set(this.#screen.subarray(this.#screen.length - (all.length - tail.length)));
    all.set(tail, all.length - tail.length);
    this.#screen = all;
    this.#half = half;
    this.#parsedAt = Math.max(this.#parsedAt, this.clock.now) + bytes.length / PARSED;
    this.host.output(bytes);
  }

  /** Notes in `times` how long after `from` (ms) all that is printed until now is shown. */
  await(times: number[], from: number): void {
    this.#awaited.push({ version: this.host.version, from, times });
  }

  /** Whether everything that is awaited was shown. */
  get settled(): boolean {
    return this.#awaited.length === 0;
  }

  /** Lets `ms` pass, or less where `done` says so. */
  run(ms: number, done: () => boolean = () => false): Promise<void> {
    return this.clock.run(
      this.clock.now + ms,
      () => Math.min(this.host.due(), this.viewer.due()),
      () => {
        this.host.poll();
        this.viewer.poll();
      },
      () => {
        this.#note();
        return done();
      },
    );
  }

  #note(): void {
    const { shown } = this.viewer;
    if (this.#awaited.length === 0 || this.#awaited[0]!.version > shown) return;
    for (const { from, times } of this.#awaited.filter(({ version }) => version <= shown)) {
      times.push(this.clock.now - from);
    }
    this.#awaited = this.#awaited.filter(({ version }) => version > shown);
  }
}
