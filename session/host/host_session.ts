/**
 * One shared terminal at its host: the output so far, and every viewer that follows it. Pure: its owner feeds it events and calls {@link
 * HostSession.poll} when {@link HostSession.due} says. It outlives links and roads.
 */
import type { Size } from "../../frames/size.ts";
import type { Link } from "../../transport/link.ts";
import { ByteLog } from "../sync/byte_log.ts";
import { FALLBACK_LOSS } from "../sync/limits.ts";
import type { DesktopTaker, HostContext, HostIo } from "./host_io.ts";
import type { HostedMember, HostService } from "./viewer_streams.ts";
import type { ExitStatus, Lines, Snapshot } from "../../frames/screen_state.ts";
import { HostViewer } from "./host_viewer.ts";
import type { Picture } from "../pictures/picture_store.ts";

/** Bytes of output kept for slow viewers, once per session: more than the emulator ever lags and any window holds. */
const LOG_LIMIT = 8 * 1024 * 1024;
/** A viewer whose heartbeat is so late is not waited for at the end; ms. */
const LOST = 500;
/** The most forgotten viewers whose input offset is remembered. */
const FORMER = 256;

export interface HostOptions extends Size {
  /** Send everything on the reliable channel (`--force-single-channel`). */
  readonly singleChannel: boolean;
  /** The fraction of lost messages from which large output is sent reliably (`--fallback-loss`); Infinity: never. */
  readonly fallbackLoss?: number;
}

/** A host's end of a session, with all its viewers. */
export class HostSession {
  readonly #log = new ByteLog(LOG_LIMIT);
  readonly #viewers = new Map<string, HostViewer>();
  readonly #former = new Map<string, number>();
  /** Viewers with events since they were polled, and when the others are due; the clock's ms. */
  readonly #touched = new Set<HostViewer>();
  readonly #dueAt = new Map<HostViewer, number>();
  /** Who takes the streams that viewers open, by the name of the service: a viewer that asks for another is refused. */
  readonly services = new Map<string, HostService>();
  /** Who has the desktop that is shared; to be set before viewers come. */
  desktop: DesktopTaker | undefined;
  readonly #context: HostContext;
  #size: Size;
  #gen = 1;
  #printedAt = -Infinity;
  #reading: Promise<unknown> = Promise.resolve();
  #title = "";
  #exit: ExitStatus | undefined;
  /** The last picture that was requested: viewers fetch it in many pieces. */
  #picture: { readonly id: string; readonly taken: Promise<Picture | undefined> } | undefined;
  #snapshot: { readonly gen: number; readonly taken: Promise<Snapshot> } | undefined;

  constructor(private readonly io: HostIo, options: HostOptions) {
    this.#size = { cols: options.cols, rows: options.rows };
    this.#context = {
      now: () => io.now(),
      type: (bytes) => io.type(bytes),
      snapshot: () => this.#shared(),
      lines: (from, to) => this.#inTurn(() => io.lines(from, to)),
      picture: (id) => this.#pictureOf(id),
      changed: () => io.changed(),
      log: (words) => io.log(words),
      ...(io.watch && { watch: io.watch }),
      ...(io.trace && { trace: (words: string) => io.trace!(words) }),
      windowChanged: () => io.windowChanged?.(),
      singleChannel: options.singleChannel,
      fallbackLoss: options.fallbackLoss ?? FALLBACK_LOSS,
      size: () => this.#size,
      gen: () => this.#gen,
      printedAt: () => this.#printedAt,
      title: () => this.#title,
      exit: () => this.#exit,
      services: this.services,
      desktop: () => this.desktop,
    };
  }

  /** The version of all output so far. */
  get version(): number {
    return this.#log.end;
  }

  get size(): Size {
    return this.#size;
  }

  /** When the last output came; the clock's ms, -Infinity if none did. */
  get printedAt(): number {
    return this.#printedAt;
  }

  get viewers(): ReadonlyMap<string, HostViewer> {
    return this.#viewers;
  }

  /** Adds output of the PTY. The bytes are kept: the caller must not change them. */
  output(bytes: Uint8Array): void {
    this.#log.append(bytes);
    this.#printedAt = this.io.now();
    this.#touchAll();
  }

  /** Adds a viewer, or gives a known one a new link. */
  attach(member: HostedMember, link: Link): HostViewer {
    const { peer } = member;
    let viewer = this.#viewers.get(peer);
    if (!viewer) {
      const context = { ...this.#context, changed: () => this.#touch(made) };
      const made = viewer = new HostViewer(peer, member, this.#log, context, this.#former.get(peer));
      this.#viewers.set(peer, viewer);
    }
    viewer.attach(link);
    link.closed.then(() => {
      viewer.detach(link);
      this.#touch(viewer);
    });
    return viewer;
  }

  /** Forgets a viewer that will not come back, except its input offset: if it comes back after all, nothing is applied twice. */
  remove(peer: string): void {
    const viewer = this.#viewers.get(peer);
    this.#viewers.delete(peer);
    if (viewer) {
      this.#former.set(peer, viewer.input.applied);
      viewer.streams.close("the viewer has left");
      this.#dueAt.delete(viewer);
      this.#touched.delete(viewer);
    }
    if (this.#former.size > FORMER) this.#former.delete(this.#former.keys().next().value!);
    this.io.changed();
  }

  /** The PTY and the emulator have this size now; every viewer gets a snapshot of it. */
  resize(size: Size): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = { cols: size.cols, rows: size.rows };
    this.#gen++;
    for (const viewer of this.#viewers.values()) viewer.regenerate();
    this.#touchAll();
  }

  /** Shows a line to every viewer. */
  notice(text: string): void {
    for (const viewer of this.#viewers.values()) viewer.notices.line(text);
  }

  /** Tells a viewer, who may forward, of a port of this machine on which something listens; on each of its links. */
  offer(peer: string, port: number): void {
    this.#viewers.get(peer)?.notices.offer(port);
  }

  /** The title that new viewers get. */
  set title(title: string) {
    this.#title = title.slice(0, 256);
  }

  /** The command has ended and all its output was added. Viewers are told once they have that output. */
  exit(status: ExitStatus): void {
    this.#exit = status;
    this.#touchAll();
  }

  /** Whether every viewer that still answers has confirmed the end. */
  get allDone(): boolean {
    const now = this.io.now();
    const over = ({ done, conversation }: HostViewer) => {
      return done || !conversation || conversation.late(now) > LOST;
    };
    return [...this.#viewers.values()].every(over);
  }

  /** Polls viewers that may have something to be sent: polling all of 250 takes 0.7 ms, and one viewer may send 2,000 messages a second. */
  poll(): void {
    const now = this.io.now();
    for (const viewer of this.#viewers.values()) {
      if (!this.#touched.delete(viewer) && (this.#dueAt.get(viewer) ?? now) > now) continue;
      viewer.poll(now);
      this.#dueAt.set(viewer, viewer.due(now));
    }
  }

  /** When to call {@link poll} next; the clock's ms. */
  due(): number {
    if (this.#touched.size > 0) return this.io.now();
    let due = Infinity;
    for (const at of this.#dueAt.values()) due = Math.min(due, at);
    return due;
  }

  #touch(viewer: HostViewer): void {
    // A removed viewer may still have a link.
    if (this.#viewers.get(viewer.peer) === viewer) this.#touched.add(viewer);
    this.io.changed();
  }

  #touchAll(): void {
    for (const viewer of this.#viewers.values()) this.#touched.add(viewer);
    this.io.changed();
  }

  /** Reads rows for one viewer at a time: reading takes the emulator some ms, and output must not wait for several of them. */
  #inTurn(read: () => Promise<Lines>): Promise<Lines> {
    const lines = this.#reading.then(read, read);
    this.#reading = lines;
    lines.catch(() => {});
    return lines;
  }

  #pictureOf(id: string): Promise<Picture | undefined> {
    if (this.#picture?.id === id) return this.#picture.taken;
    const taken = this.io.picture(id);
    // A picture that is missing now may be printed later.
    const forget = () => void (this.#picture?.taken === taken && (this.#picture = undefined));
    this.#picture = { id, taken };
    taken.then((picture) => picture ?? forget(), forget);
    return taken;
  }

  /** Viewers that need a snapshot while one is being taken share it. */
  #shared(): Promise<Snapshot> {
    if (this.#snapshot?.gen !== this.#gen) {
      const mine = { gen: this.#gen, taken: this.io.snapshot() };
      this.#snapshot = mine;
      const over = () => {
        if (this.#snapshot === mine) this.#snapshot = undefined;
      };
      mine.taken.then(over, over);
    }
    return this.#snapshot!.taken;
  }
}
