/**
 * The state of the negotiation between a host and one viewer. Pure: signals and times are arguments, signals to deliver are results. The
 * host makes every offer; this implements the table in `API.md` ("Signals").
 */
import type { NegotiationState, Signal } from "../../transport/schema/signal.ts";
import { type Kept, PendingSignals } from "./pending_signals.ts";
import { Refused } from "../refused.ts";
import { type Moment, Timeline } from "./timeline.ts";

export type Side = "host" | "viewer";

/** The outcome for a signal: what to send now, in this order (nothing if it was kept), and the state if it changed. */
export interface SignalOutcome {
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

/** Offers per negotiation number: for the main connection, for bulk, and their retries. */
const MAX_OFFERS = 8;

/** The negotiation of one pair. */
export class Negotiation {
  #negotiation = 0;
  #state: NegotiationState = "connecting";
  #times: Partial<Record<NegotiationState, number>>;
  #offers = 0;
  #answers = 0;
  #candidates = 0;
  #retries = 0;
  #lastCandidateAt: number | null = null;
  /** How long the previous state lasted, in s. */
  stageSeconds = 0;
  readonly #timeline = new Timeline();
  /** Signals for each side. */
  readonly #to: Record<Side, PendingSignals>;

  /** `answerTime`: how long an offer may wait for its answer, in ms. `kept` counts the kept signals of the whole node. */
  constructor(readonly answerTime: number, now: number, kept: Kept) {
    this.#to = { host: new PendingSignals(kept), viewer: new PendingSignals(kept) };
    this.#times = { connecting: now };
    this.#timeline.note(now, this.#negotiation, "connecting");
  }

  /** Ends it: drops what is kept. */
  drop(): void {
    for (const out of Object.values(this.#to)) out.drop();
  }

  get state(): NegotiationState {
    return this.#state;
  }

  /** The side's socket is connected: returns the signals that were kept for it, in order. */
  attach(side: Side, now?: number): readonly Signal[] {
    if (now !== undefined) this.#timeline.note(now, this.#negotiation, `${side} back`);
    return this.#to[side].open();
  }

  /** The side's socket is lost: signals for it are kept from now on. */
  detach(side: Side, now?: number): void {
    if (now !== undefined) this.#timeline.note(now, this.#negotiation, `${side} away`);
    this.#to[side].shut();
  }

  /** Handles a signal from one side for the other. Throws {@link Refused}. */
  receive(from: Side, signal: Signal, now: number): SignalOutcome {
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

  /** Handles a peer's report of the state; true if it changed the state, so both sides should be told. */
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

  /** When {@link expire} has to be called, in ms; null: not in this state. */
  due(): number | null {
    return this.#state === "offer" ? (this.#times.offer ?? 0) + this.answerTime : null;
  }

  /** Fails a negotiation whose offer was not answered in time; true if it did. */
  expire(now: number): boolean {
    const due = this.due();
    return due !== null && now >= due && this.#move("failed", now) !== undefined;
  }

  /** The time from the newest offer to `connected` in seconds, if it was reached. */
  connectedAfter(): number | null {
    const { offer, connected } = this.#times;
    return offer === undefined || connected === undefined ? null : (connected - offer) / 1000;
  }

  /** The latest steps, oldest first. */
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

  /** A host that starts over with its secret counts negotiations from 1 again. */
  #afresh(): void {
    this.#negotiation = 0;
    this.#to.host.forget(Infinity);
    this.#to.viewer.forget(Infinity);
  }

  #offer(from: Side, signal: Signal, out: PendingSignals, now: number): SignalOutcome {
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

  #answer(from: Side, signal: Signal, out: PendingSignals, now: number): SignalOutcome {
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

  #ice(from: Side, signal: Signal, out: PendingSignals, now: number): SignalOutcome {
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
