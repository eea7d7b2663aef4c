/**
 * Where viewers prove their secret to the host: one login per peer at a time, a bounded queue while guesses are
 * outstanding, and `guess_limit.ts` over all.
 */
import type { Access } from "./code.ts";
import { GuessLimit } from "./guess_limit.ts";
import type { Log } from "./log.ts";
import { answerLogin, type HostLogin, PakeError, type PakeRecord } from "./pake.ts";
import type { PeerId, Signal } from "./signal.ts";
import { Timers } from "./timers.ts";

/** Viewers that wait for a guess of another to settle; more are told `paused`. */
const MAX_QUEUE = 64;

/** The length of a hello in characters of base64url (97 bytes); a proof (KE3) has 86 (64 bytes). */
const HELLO_LENGTH = 130;

export type Refusal = "wrong" | "unknown" | "paused" | "full";

export interface DoorOptions {
  readonly session: string;
  readonly records: Readonly<Partial<Record<Access, PakeRecord>>>;
  /** ms from KE2 until the guess has failed. */
  readonly patience: number;
  readonly now: () => number;
  readonly log: Log;
  /** Whether one more viewer may come; asked before KE2. */
  readonly room: (peer: PeerId) => boolean;
  /** Sends a `pake` signal. */
  readonly send: (peer: PeerId, negotiation: number, data: string) => void;
  /** The peer proved the secret of that role. */
  readonly proved: (peer: PeerId, access: Access, key: Uint8Array, negotiation: number) => void;
  /** The count of failures changed, or joining paused or went on; `pausedUntil` as in {@link GuessLimit}. */
  readonly guess: (failures: number, pausedUntil: number | null) => void;
}

interface Pending {
  readonly login: HostLogin;
  readonly guess: number;
}

export class Door {
  readonly #options: DoorOptions;
  readonly #limit = new GuessLimit();
  readonly #pending = new Map<PeerId, Pending>();
  readonly #queue = new Map<PeerId, Signal>();
  readonly #timers = new Timers();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** A `pake` signal of a viewer: its hello or its proof. */
  take(peer: PeerId, signal: Signal): void {
    const pending = this.#pending.get(peer);
    if (signal.data.length === HELLO_LENGTH) {
      // Whoever begins again had its guess.
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

  /** The peer left: an unanswered guess was wrong. */
  left(peer: PeerId): void {
    this.#queue.delete(peer);
    const pending = this.#pending.get(peer);
    if (pending) this.#failed(peer, pending);
  }

  close(): void {
    this.#timers.clearAll();
    this.#pending.clear();
    this.#queue.clear();
  }

  #hello(peer: PeerId, signal: Signal): void {
    const { room, now, session, records, send, patience } = this.#options;
    this.#queue.delete(peer);
    if (!room(peer)) return this.refuse(peer, signal.negotiation, "full");
    const answer = this.#limit.ask(now());
    switch (answer.kind) {
      case "paused":
        return this.refuse(peer, signal.negotiation, "paused");
      case "wait":
        if (this.#queue.size >= MAX_QUEUE) this.refuse(peer, signal.negotiation, "paused");
        else this.#queue.set(peer, signal);
        return;
      case "go": {
        let login: HostLogin;
        try {
          login = answerLogin(records, signal.data, session);
        } catch (error) {
          if (!(error instanceof PakeError)) throw error;
          // No KE2 left the host, so nothing was guessed.
          this.#limit.proved(answer.guess);
          this.#options.log("warn", `Dropped a login of viewer ${peer}: ${error.message}`);
          return;
        }
        const pending = { login, guess: answer.guess };
        this.#pending.set(peer, pending);
        this.#timers.set(`guess ${peer}`, patience, () => this.#failed(peer, pending));
        return send(peer, signal.negotiation, login.ke2);
      }
    }
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
    this.#limit.proved(pending.guess);
    this.#options.proved(peer, pending.login.access, key, signal.negotiation);
    this.#next();
  }

  #failed(peer: PeerId, pending: Pending): void {
    this.#settle(peer);
    this.#limit.failed(pending.guess);
    const until = this.#limit.pausedUntil(this.#options.now());
    this.#options.log(
      "warn",
      `Wrong secret from viewer ${peer}, or none; failure ${this.#limit.failures} of this session`,
    );
    this.#options.guess(this.#limit.failures, until);
    if (until !== null && until !== Infinity) {
      this.#timers.set(
        "pause",
        until - this.#options.now(),
        () => this.#options.guess(this.#limit.failures, null),
      );
    }
    this.#next();
  }

  #settle(peer: PeerId): void {
    this.#timers.clear(`guess ${peer}`);
    this.#pending.delete(peer);
  }

  /** Lets those go on who waited; if joining paused meanwhile, they hear that. */
  #next(): void {
    const waiting = [...this.#queue];
    this.#queue.clear();
    for (const [peer, signal] of waiting) this.#hello(peer, signal);
  }
}
