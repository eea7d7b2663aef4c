/**
 * What one viewer's screen needs next: the output byte by byte while the viewer keeps up, otherwise snapshots. `PROTOCOL.md` has the
 * states.
 */
import type { SnapshotPart } from "../../frames/screen_frames.ts";
import type { ByteLog } from "../sync/byte_log.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import type { Counters } from "../sync/counters.ts";
import type { HostContext } from "./host_io.ts";
import type { Feed } from "./unwatched_feed.ts";
import { PathMonitor } from "../links/path_monitor.ts";
import { LOSING_WINDOW, SMALL, StreamSender } from "../sync/sender.ts";
import { Duplicates, snapshotCopies } from "../sync/duplicates.ts";
import { StreamSource } from "../sync/stream_source.ts";
import { SnapshotPacer } from "../sync/snapshot_pacer.ts";
import { isLarge } from "../sync/adaptive_routing.ts";
import { cutSnapshot, LOSSY_PARTS } from "../sync/snapshot_parts.ts";

/** If there is more output than the path carries in this time, a snapshot replaces it; ms. */
const BEHIND = 50;
/** The window has been full for so long with output waiting: the path is slower than the program; ms. */
const FULL = 60;
/** The most output that may wait on a fast path, in windows. */
const WINDOWS = 16;
/** The interval of probes that find out whether data on `ctrl` stalls, in ms. */
const ASK_EVERY = 100;

type State =
  | { readonly kind: "none" }
  | { readonly kind: "following" }
  | { readonly kind: "skimming"; readonly skimmer: SnapshotPacer; readonly why: string };

/** The output for one viewer: frames, and snapshots where it falls behind. */
export class OutputFeed implements Feed {
  readonly watched = true;
  readonly #sender: StreamSender;
  readonly #source: StreamSource;
  #conversation: LinkProtocol | undefined;
  #state: State = { kind: "none" };
  /** A snapshot was requested and has not come yet. */
  #asked: object | undefined;
  readonly #copies = new Duplicates<readonly SnapshotPart[]>();
  #askedAt = -Infinity;
  /** The generation of the last message: acks and output count in it, also when the host has a newer one. */
  #gen = 0;

  constructor(
    private readonly log: ByteLog,
    private readonly host: HostContext,
    private readonly counters: Counters,
    private readonly peer: string,
  ) {
    this.#sender = new StreamSender(log, new PathMonitor(0), { lossy: false });
    const frameOf = (base: number, data: Uint8Array) =>
      ({ type: "Output", gen: this.#gen, base, data }) as const;
    this.#source = new StreamSource(this.#sender, log, counters, frameOf);
  }

  get gen(): number {
    return this.#gen;
  }

  get backlog(): number {
    return this.log.end - this.#sender.acked;
  }

  get on(): boolean {
    return this.#state.kind !== "none";
  }

  get complete(): boolean {
    if (this.#state.kind === "following") return this.#sender.sent === this.log.end;
    return this.#state.kind === "skimming" && !this.#asked && this.#state.skimmer.version === this.log.end;
  }

  /** The viewer said on a new link that it shows `have` of generation `gen`. */
  begin(conversation: LinkProtocol, have: number, gen: number): void {
    this.stop();
    this.#conversation = conversation;
    this.#gen = gen;
    const resumes = gen === this.host.gen() && have >= this.log.start && have <= this.log.end;
    this.#sender.restart(resumes ? have : this.log.end, conversation.path, { lossy: conversation.lossy });
    if (resumes) this.#state = { kind: "following" };
    else this.#skim("the viewer is new");
  }

  stop(): void {
    this.#conversation = undefined;
    this.#state = { kind: "none" };
    this.#asked = undefined;
    this.#copies.clear();
  }

  /** Only a snapshot can follow now. */
  want(why: string): void {
    if (this.#state.kind === "skimming") this.#state.skimmer.need();
    else if (this.#state.kind === "following") this.#skim(why);
    this.#copies.clear();
  }

  /** The viewer typed. */
  typed(now: number): void {
    if (this.#state.kind === "skimming") this.#state.skimmer.typed(now);
  }

  /** Anything was heard from the viewer. After an outage the present screen is sent, not everything that was printed meanwhile. */
  heard(): void {
    if (this.#state.kind === "skimming") this.#state.skimmer.heard();
    else this.#unlessOutage(() => this.#sender.heard());
  }

  #unlessOutage(follow: () => void): void {
    const outage = this.#sender.silent;
    follow();
    if (outage && this.#state.kind === "following" && this.backlog > SMALL) this.#skim("an outage has ended");
  }

  ack(have: number, gen: number, sack: readonly number[], now: number): void {
    if (gen !== this.#gen || have > this.log.end) return this.heard();
    this.counters.ackedTo(have);
    if (this.#state.kind !== "skimming") return this.#unlessOutage(() => this.#sender.ack(have, sack, now));
    const conversation = this.#conversation!;
    const { skimmer } = this.#state;
    const shown = skimmer.ack(have, now);
    conversation.fallback.check(now);
    if (skimmer.overdueAt <= now) {
      conversation.fallback.stalled(now);
      skimmer.abandon();
    }
    if (!shown || gen !== this.host.gen() || have < this.log.start) return;
    // Little was printed meanwhile: the viewer can follow again. On a path with loss only when the program pauses: switching back and forth
    // fills SCTP's queue each time.
    const little = conversation.path.losing ? SMALL : this.#sender.window.size / 2;
    if (this.log.end - have <= little) {
      this.#sender.restart(have);
      this.#state = { kind: "following" };
    }
  }

  /** Sends what is due. */
  poll(now: number): void {
    const conversation = this.#conversation;
    if (!conversation) return;
    if (this.#state.kind === "following" && this.#behindAt(now) <= now) this.#skim("it fell behind");
    if (conversation.fallback.probe(now)) conversation.probe(now, "ctrl");
    switch (this.#state.kind) {
      case "none":
        return;
      case "following":
        if (this.#sender.probe(now)) conversation.probe(now);
        return void conversation.flush(now, this.#source);
      case "skimming":
        this.#sendCopies(this.#state.skimmer, conversation, now);
        if (this.#state.skimmer.probe(now) || this.#doubted(this.#state.skimmer, now)) {
          conversation.probe(now);
        }
        if (!this.#asked && this.#state.skimmer.due(this.log.end, this.host.printedAt()) <= now) {
          this.#ask(this.#state);
        }
        conversation.flush(now);
    }
  }

  /** When {@link poll} is next due. */
  due(now: number): number {
    const fallback = this.#conversation?.fallback.due ?? Infinity;
    switch (this.#state.kind) {
      case "none":
        return Infinity;
      case "following":
        return Math.min(this.#sender.due(now), this.#behindAt(now), fallback);
      case "skimming": {
        const next = this.#asked ? Infinity : this.#state.skimmer.due(this.log.end, this.host.printedAt());
        const doubtAt = Math.max(this.#state.skimmer.overdueAt, this.#askedAt + ASK_EVERY);
        return Math.min(next, this.#copies.due, this.#state.skimmer.probeDue, doubtAt, fallback);
      }
    }
  }

  /** Data on `ctrl` is late: the answer to a probe tells whether it stalls, or only its ack was lost. */
  #doubted(skimmer: SnapshotPacer, now: number): boolean {
    if (skimmer.overdueAt > now || this.#askedAt + ASK_EVERY > now) return false;
    this.#askedAt = now;
    return true;
  }

  #skim(why: string): void {
    const skimmer = new SnapshotPacer(this.#sender.window, this.#conversation!.path);
    this.#state = { kind: "skimming", skimmer, why };
    this.#copies.clear();
  }

  #behindAt(now: number): number {
    const { window, sent, fullSince, silent } = this.#sender;
    // After an outage a snapshot is sent; during it only probes.
    if (silent) return Infinity;
    if (sent < this.log.start) return now;
    const { path } = this.#conversation!;
    const quick = BEHIND / Math.max(1, path.rtt.srtt ?? BEHIND);
    const waiting = this.log.end - sent;
    // A packed screen is usually smaller than that.
    const most = path.losing ? LOSING_WINDOW : window.size * Math.min(WINDOWS, Math.max(1, quick));
    if (waiting > most) return now;
    return waiting > 0 && fullSince !== undefined ? fullSince + FULL : Infinity;
  }

  #ask(state: State & { kind: "skimming" }): void {
    const conversation = this.#conversation!;
    const asked = this.#asked = {};
    const gen = this.host.gen();
    this.host.snapshot().then((snapshot) => {
      if (this.#asked !== asked) return;
      this.#asked = undefined;
      // The size changed meanwhile, or the log has moved past the snapshot: output cannot follow it.
      if (gen === this.host.gen() && snapshot.version >= this.log.start) {
        const { lossy, fallback } = conversation;
        const parts = !lossy ? 0 : fallback.on ? 1 : LOSSY_PARTS;
        const cut = cutSnapshot(snapshot, this.counters.snapshot(), gen, parts);
        this.#send(cut.parts, cut.small, conversation);
        if (state.skimmer.version < 0) {
          this.host.log(`Sending snapshot, version ${snapshot.version}, to ${this.peer}: ${state.why}`);
        }
        this.#gen = gen;
        const way = cut.small ? "lossy" : fallback.on && isLarge(cut.parts[0]!) ? "fallback" : "reliable";
        state.skimmer.sent(snapshot.version, cut.bytes, way, this.host.now());
        this.#sender.restart(snapshot.version);
      }
      this.host.changed();
    }, (error) => conversation.link.close(`the screen could not be read: ${error}`));
  }

  #sendCopies(skimmer: SnapshotPacer, conversation: LinkProtocol, now: number): void {
    for (let parts = this.#copies.next(now); parts; parts = this.#copies.next(now)) {
      // Where the screen has changed since, the next snapshot repairs it.
      if (!skimmer.unconfirmed || skimmer.version !== this.log.end) continue;
      for (const part of parts) conversation.queue(part, "term");
    }
  }

  #send(parts: readonly SnapshotPart[], small: boolean, conversation: LinkProtocol): void {
    const { path } = conversation;
    const now = this.host.now();
    for (const part of parts) conversation.queue(part, small ? "term" : "ctrl");
    conversation.flush(now);
    // The loss of `term` is measured by its numbered packets: beside data on `ctrl` a small one is sent there.
    if (!small && (path.unproven || conversation.fallback.on || parts.length > 1)) conversation.ackBy(now);
    this.#copies.clear();
    if (small) this.#copies.add(parts, snapshotCopies(parts.length, path), now);
  }
}
