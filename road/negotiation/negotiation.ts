/**
 * The state of the negotiation between a host and one viewer, pure: signals and times come in, what to deliver comes
 * out. The host makes every offer; `API.md` ("Signals") has the table that this is.
 */
import type { NegotiationState, Signal } from "../../transport/schema/signal.ts";
import { type Kept, PendingSignals } from "./pending_signals.ts";
import { Refused } from "../refused.ts";
import { type Moment, Timeline } from "./timeline.ts";

export type Side = "host" | "viewer";

/** What became of a signal: `deliver` (now, in this order) is empty where it was kept. `state` is there if it changed. */
export interface Taken {
  readonly deliver: readonly Signal[];
  readonly state?: NegotiationState;
}

/** A negotiation as `/debug/sessions` shows it; times in ms. */
export interface NegotiationView {
  readonly negotiation: number;
  readonly state: NegotiationState;
  readonly offers: number;
  readonly answers: number;
  readonly candidates: number;
  readonly retries: number;
  readonly kept: number;
  readonly lastCandidateAt: number | null;
  readonly times: Readonly<Partial<Record<NegotiationState, number>>>;
}

/** Offers of one number: the main connection, the one for bulk, and their retries. */
const MAX_OFFERS = 8;

export class Negotiation {
  #negotiation = 0;
  #state: NegotiationState = "connecting";
  #times: Partial<Record<NegotiationState, number>>;
  #offers = 0;
  #answers = 0;
  #candidates = 0;
  #retries = 0;
  #lastCandidateAt: number | null = null;
  /** How long the state before this one lasted, in s. */
  stageSeconds = 0;
  readonly #timeline = new Timeline();
  /** Signals on their way to each side. */
  readonly #to: Record<Side, PendingSignals>;

  /** `answerTime`: how long an offer may wait for its answer, in ms. `kept` counts what waits in all of a node. */
  constructor(readonly answerTime: number, now: number, kept: Kept) {
    this.#to = { host: new PendingSignals(kept), viewer: new PendingSignals(kept) };
    this.#times = { connecting: now };
    this.#timeline.note(now, this.#negotiation, "connecting");
  }

  /** Nothing comes after this. */
  drop(): void {
    for (const out of Object.values(this.#to)) out.drop();
  }

  get state(): NegotiationState {
    return this.#state;
  }

  /** The side's socket is there: returns what was kept for it, in order. */
  attach(side: Side, now?: number): readonly Signal[] {
    if (now !== undefined) this.#timeline.note(now, this.#negotiation, `${side} back`);
    return this.#to[side].open();
  }

  /** The side's socket is lost: what comes for it is kept. */
  detach(side: Side, now?: number): void {
    if (now !== undefined) this.#timeline.note(now, this.#negotiation, `${side} away`);
    this.#to[side].shut();
  }

  /** Takes a signal from one side for the other. Throws {@link Refused}. */
  take(from: Side, signal: Signal, now: number): Taken {
    const out = this.#to[from === "host" ? "viewer" : "host"];
    switch (signal.kind) {
      case "pake":
        if (from === "host") this.#afresh();
        return { deliver: out.put(signal) };
      case "control":
        return { deliver: out.put(signal) };
      case "offer":
        return this.#offer(from, signal, out, now);
      case "answer":
        return this.#answer(from, signal, out, now);
      case "ice":
        return this.#ice(from, signal, out, now);
    }
  }

  /** What an end reports; true if it is news for both. */
  report(state: NegotiationState, now: number): boolean {
    switch (state) {
      case "connected":
      case "failed":
      case "fallback":
        return this.#move(state, now) !== undefined;
      case "connecting":
      case "offer":
      case "answer":
      case "ice":
        return false;
    }
  }

  /** When {@link expire} has something to do, in ms; null: never as things stand. */
  due(): number | null {
    return this.#state === "offer" ? (this.#times.offer ?? 0) + this.answerTime : null;
  }

  /** Fails a negotiation of which the offer was not answered in time; true if it did. */
  expire(now: number): boolean {
    const due = this.due();
    return due !== null && now >= due && this.#move("failed", now) !== undefined;
  }

  /** From the newest offer to `connected` in seconds, if it got there. */
  connectedAfter(): number | null {
    const { offer, connected } = this.#times;
    return offer === undefined || connected === undefined ? null : (connected - offer) / 1000;
  }

  /** The newest steps, oldest first. */
  timeline = (): readonly Moment[] => this.#timeline.moments;

  view(): NegotiationView {
    return {
      negotiation: this.#negotiation,
      state: this.#state,
      offers: this.#offers,
      answers: this.#answers,
      candidates: this.#candidates,
      retries: this.#retries,
      kept: this.#to.host.kept + this.#to.viewer.kept,
      lastCandidateAt: this.#lastCandidateAt,
      times: { ...this.#times },
    };
  }

  /** A host that starts over with its secret counts from 1 again. */
  #afresh(): void {
    this.#negotiation = 0;
    this.#to.host.forget(Infinity);
    this.#to.viewer.forget(Infinity);
  }

  #offer(from: Side, signal: Signal, out: PendingSignals, now: number): Taken {
    const { negotiation } = signal;
    if (from === "viewer") {
      throw disorder(
        "a viewer sent an offer; the host makes every offer",
        "ask for one with control renegotiate",
      );
    }
    if (negotiation < this.#negotiation) throw this.#superseded(signal);
    if (negotiation === this.#negotiation) {
      if (this.#offers >= MAX_OFFERS) {
        throw disorder(
          `negotiation ${negotiation} has had ${MAX_OFFERS} offers, the most it may`,
          `offer again as negotiation ${negotiation + 1}`,
        );
      }
      const deliver = out.put(signal, negotiation);
      this.#offers++;
      this.#retries++;
      this.#timeline.note(now, this.#negotiation, "second offer");
      return { deliver };
    }
    const deliver = out.put(signal, negotiation);
    if (this.#negotiation > 0) this.#retries++;
    this.#to.host.forget(negotiation);
    this.#negotiation = negotiation;
    this.#offers = 1;
    this.#answers = 0;
    this.#stageSeconds(now);
    this.#times = { offer: now };
    this.#state = "offer";
    this.#timeline.note(now, this.#negotiation, "offer");
    return { deliver, state: "offer" };
  }

  #answer(from: Side, signal: Signal, out: PendingSignals, now: number): Taken {
    const { negotiation } = signal;
    if (from === "host") throw disorder("the host sent an answer; the viewer answers", "send an offer");
    if (negotiation < this.#negotiation) throw this.#superseded(signal);
    if (negotiation > this.#negotiation) throw this.#unknown(signal);
    if (this.#answers >= this.#offers) {
      throw disorder(
        `negotiation ${negotiation} has its ${this.#offers === 1 ? "answer" : "answers"} already`,
        "answer each offer once",
      );
    }
    const deliver = out.put(signal, negotiation);
    this.#answers++;
    if (this.#answers > 1) this.#timeline.note(now, this.#negotiation, "second answer");
    return { deliver, state: this.#state === "offer" ? this.#move("answer", now) : undefined };
  }

  #ice(from: Side, signal: Signal, out: PendingSignals, now: number): Taken {
    const { negotiation } = signal;
    if (negotiation < this.#negotiation) throw this.#superseded(signal);
    const ahead = negotiation > this.#negotiation;
    if (from === "viewer" && ahead) throw this.#unknown(signal);
    if (ahead || (from === "viewer" && this.#answers === 0)) {
      out.hold(signal);
      return { deliver: [] };
    }
    const deliver = out.put(signal);
    this.#candidates++;
    this.#lastCandidateAt = now;
    return { deliver, state: this.#state === "answer" ? this.#move("ice", now) : undefined };
  }

  #move(state: NegotiationState, now: number): NegotiationState | undefined {
    if (state === this.#state) return undefined;
    this.#stageSeconds(now);
    this.#state = state;
    this.#times[state] = now;
    this.#timeline.note(now, this.#negotiation, state);
    return state;
  }

  #stageSeconds(now: number): void {
    this.stageSeconds = Math.max(0, now - (this.#times[this.#state] ?? now)) / 1000;
  }

  #superseded(signal: Signal): Refused {
    return disorder(
      `${signal.kind} of negotiation ${signal.negotiation} came after the offer of ${this.#negotiation}`,
      "drop what is left of the older negotiation",
    );
  }

  #unknown(signal: Signal): Refused {
    return disorder(
      `${signal.kind} of negotiation ${signal.negotiation} came before its offer` +
        (this.#negotiation === 0 ? "; there was none yet" : `; the newest is ${this.#negotiation}`),
      "wait for the offer and use its number",
    );
  }
}

function disorder(message: string, hint: string): Refused {
  return new Refused("out_of_order", message, hint);
}
