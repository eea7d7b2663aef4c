/**
 * The host's side of logins: viewers prove the secret, one login per peer at a time, within the limits of `guess_limit.ts`. A viewer that
 * comes too early waits in a bounded queue; the next one admitted is the one whose address guessed least.
 */
import type { Access } from "./join_code.ts";
import { type GuessLimit, remarkable } from "./guess_limit.ts";
import type { Log } from "../log.ts";
import { answerKeyExchange, type HostKeyExchange, PakeError, type PakeRecord, roleOf } from "./pake.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** Viewers in the queue; any more are refused with `paused`. */
const MAX_QUEUE = 64;
/**
 * The longest wait in the queue before a viewer is refused with `paused`, in ms. Shorter than a viewer's own wait for an answer
 * (`timings.login`).
 */
const LONGEST_WAIT = 12_000;
/** Peers whose address token is kept; a road that invents more of them only makes the host forget the oldest. */
const MAX_SOURCES = 1024;

/** The length of a hello in characters of base64url (97 bytes); a proof (KE3) has 86 characters (64 bytes). */
const HELLO_LENGTH = 130;

export type Refusal = "wrong" | "unknown" | "paused" | "full" | "locked";

/** The PAKE record of each role's secret. */
export type Records = Record<Access, PakeRecord>;

export interface HostLoginOptions {
  readonly session: string;
  readonly records: Records;
  /** The counts, which belong to the process and outlive this object. */
  readonly limit: GuessLimit;
  /** From KE2 until the guess counts as wrong, in ms. */
  readonly patience: number;
  /** A monotonic clock, in ms. */
  readonly now: () => number;
  readonly log: Log;
  /** Why a viewer may not join now, or null; asked before KE2. */
  readonly refuses: (peer: PeerId) => Refusal | null;
  /** Sends a `pake` signal. */
  readonly send: (peer: PeerId, negotiation: number, data: string) => void;
  /** The peer proved the secret of that role. */
  readonly proved: (peer: PeerId, access: Access, key: Uint8Array, negotiation: number) => void;
  /** Another wrong guess; `failures` in all. */
  readonly failed: (failures: number) => void;
  /** The role's secret has used up its guesses: returns the record of a new secret, or null if there is none and the role is closed. */
  readonly spent: (access: Access) => PakeRecord | null;
}

interface Pending {
  readonly login: HostKeyExchange;
  readonly guess: number;
}

interface Waiting {
  readonly signal: Signal;
  readonly access: Access;
  readonly since: number;
}

/** The logins of a host on one session of a road. */
export class HostLogin {
  readonly #options: HostLoginOptions;
  readonly #records: Records;
  readonly #sources = new Map<PeerId, string>();
  readonly #pending = new Map<PeerId, Pending>();
  readonly #queue = new Map<PeerId, Waiting>();
  readonly #timers = new Timers();

  constructor(options: HostLoginOptions) {
    this.#options = options;
    this.#records = { ...options.records };
  }

  /** Keeps the road's token for the peer's address, if the road sent one. */
  arrived(peer: PeerId, source: string | undefined): void {
    this.#sources.delete(peer);
    if (source === undefined) return;
    if (this.#sources.size >= MAX_SOURCES) this.#sources.delete(this.#sources.keys().next().value!);
    this.#sources.set(peer, source);
  }

  /** Handles a `pake` signal of a viewer: a hello (KE1) or a proof (KE3). */
  receive(peer: PeerId, signal: Signal): void {
    const pending = this.#pending.get(peer);
    if (signal.data.length === HELLO_LENGTH) {
      // A viewer that starts again has used its guess.
      if (pending) this.#failed(peer, pending);
      return this.#hello(peer, signal);
    }
    if (pending) this.#proof(peer, pending, signal);
    else this.refuse(peer, signal.negotiation, "unknown");
  }

  refuse(peer: PeerId, negotiation: number, why: Refusal): void {
    this.#options.log("info", `Refused viewer ${peer}: ${why}`);
    this.#options.send(peer, negotiation, `!${why}`);
  }

  /** The peer left: an unanswered guess counts as wrong. */
  left(peer: PeerId): void {
    this.#queue.delete(peer);
    const pending = this.#pending.get(peer);
    if (pending) this.#failed(peer, pending);
    this.#sources.delete(peer);
  }

  /** The role has another secret. A login with the old one can't end well any more; its guess counts, since it was answered. */
  renew(access: Access, record: PakeRecord): void {
    const { limit } = this.#options;
    this.#records[access] = record;
    limit.renew(access, record.bits);
    for (const [peer, { login, guess }] of [...this.#pending]) {
      if (login.access !== access) continue;
      this.#settle(peer);
      limit.failed(guess);
    }
  }

  /** Ends every login without an answer, and cancels every timer. */
  close(): void {
    this.#timers.clearAll();
    this.#pending.clear();
    this.#queue.clear();
  }

  #hello(peer: PeerId, signal: Signal): void {
    const access = roleOf(signal.data);
    if (access === null) return this.#malformed(peer, "it names no role");
    const refusal = this.#options.refuses(peer);
    if (refusal !== null) return this.refuse(peer, signal.negotiation, refusal);
    // A hello that is sent again keeps its place in the queue.
    const since = this.#queue.get(peer)?.since ?? this.#options.now();
    this.#queue.set(peer, { signal, access, since });
    this.#admit();
    if (this.#queue.size > MAX_QUEUE) this.#pause(this.#last());
  }

  /** Answers every viewer whose turn has come, and sets a timer for the next. */
  #admit(): void {
    let next = Infinity;
    for (;;) {
      next = Infinity;
      const now = this.#options.now();
      let best: PeerId | undefined, rank = -Infinity;
      for (const [peer, { access, since }] of [...this.#queue]) {
        const turn = this.#turn(peer, access, now);
        if (turn === null || now - since >= LONGEST_WAIT) this.#pause(peer);
        else if (turn.ms === 0 && turn.rank > rank) [best, rank] = [peer, turn.rank];
        else next = Math.min(next, Math.max(turn.ms, 1), since + LONGEST_WAIT - now);
      }
      if (best === undefined) break;
      this.#answer(best);
    }
    if (next < Infinity) this.#timers.set("next", next, () => this.#admit());
  }

  /** The viewer's turn; null if the role is closed. */
  #turn(peer: PeerId, access: Access, now: number) {
    const { limit, spent } = this.#options;
    const turn = limit.turn(access, this.#guesser(peer), now);
    if (turn.kind === "in") return turn;
    const record = spent(access);
    if (record === null) return null;
    this.#records[access] = record;
    limit.renew(access, record.bits);
    const again = limit.turn(access, this.#guesser(peer), now);
    return again.kind === "in" ? again : null;
  }

  #guesser(peer: PeerId) {
    return { peer, source: this.#sources.get(peer) };
  }

  /** The last in the queue: its address guessed most, or it came last. */
  #last(): PeerId {
    const now = this.#options.now();
    let last = "", rank = Infinity;
    for (const [peer, { access }] of this.#queue) {
      const turn = this.#turn(peer, access, now);
      if (turn === null || turn.rank <= rank) [last, rank] = [peer, turn?.rank ?? -Infinity];
    }
    return last;
  }

  #pause(peer: PeerId): void {
    const { signal } = this.#queue.get(peer)!;
    this.#queue.delete(peer);
    this.refuse(peer, signal.negotiation, "paused");
  }

  #answer(peer: PeerId): void {
    const { limit, session, send, patience, now } = this.#options;
    const { signal, access } = this.#queue.get(peer)!;
    this.#queue.delete(peer);
    let login: HostKeyExchange;
    try {
      login = answerKeyExchange(this.#records, signal.data, session);
    } catch (error) {
      if (!(error instanceof PakeError)) throw error;
      return this.#malformed(peer, error.message);
    }
    const pending = { login, guess: limit.begin(access, this.#guesser(peer), now()) };
    this.#pending.set(peer, pending);
    this.#timers.set(`guess ${peer}`, patience, () => this.#failed(peer, pending));
    send(peer, signal.negotiation, login.ke2);
  }

  /** A malformed message. No KE2 was sent, so nothing was guessed. */
  #malformed(peer: PeerId, why: string): void {
    this.#options.log("warn", `Dropped a login of viewer ${peer}: ${why}`);
  }

  #proof(peer: PeerId, pending: Pending, signal: Signal): void {
    let key: Uint8Array;
    try {
      key = pending.login.finish(signal.data);
    } catch (error) {
      if (!(error instanceof PakeError)) throw error;
      this.#failed(peer, pending);
      return this.refuse(peer, signal.negotiation, "wrong");
    }
    this.#settle(peer);
    this.#options.limit.proved(pending.guess, this.#options.now());
    this.#options.proved(peer, pending.login.access, key, signal.negotiation);
    this.#admit();
  }

  #failed(peer: PeerId, pending: Pending): void {
    const { limit, log, failed } = this.#options;
    this.#settle(peer);
    limit.failed(pending.guess);
    const { failures } = limit;
    // An attacker that guesses for hours must not fill a disk with log lines.
    log(
      remarkable(failures) ? "warn" : "debug",
      `Wrong secret from viewer ${peer}, or none; failure ${failures} of this session`,
    );
    failed(failures);
    this.#admit();
  }

  #settle(peer: PeerId): void {
    this.#timers.clear(`guess ${peer}`);
    this.#pending.delete(peer);
  }
}
