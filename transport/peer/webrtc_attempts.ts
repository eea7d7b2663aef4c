/**
 * The WebRTC attempts of one negotiation between a host and a viewer, at either end: each is a dialer with a number. The host may start a
 * second attempt beside the first, and a bulk connection later; each one that opens is reported.
 */
import type { Link } from "../link.ts";
import type { Log } from "../log.ts";
import type { RtcFactory, RtcOptions } from "../webrtc/rtc.ts";
import { type Connection, MAX_ATTEMPT, type Negotiated, SIGNAL_WORDS } from "../signalling/sealed_content.ts";
import type { PeerRole } from "../schema/signal.ts";
import { type Rate, TokenBucket } from "../token_bucket.ts";
import { attachBulk, type DialSignal, WebRtcDialer } from "../webrtc/webrtc_dialer.ts";

/** Local candidates signalled per attempt; a machine with more addresses lists the best ones first. */
const MAX_CANDIDATES = 64;

/**
 * The pace of offers that a viewer accepts: each creates a native connection, which takes a while to free. A negotiation has at most eight,
 * and negotiations are 3 s apart.
 */
const OFFERS: Rate = { burst: 32, perSecond: 4 };

export interface WebRtcAttemptsOptions {
  readonly rtc: RtcFactory;
  readonly role: PeerRole;
  readonly log: Log;
  /** The servers to use for an attempt that begins now. */
  readonly ice: () => RtcOptions;
  /** The limit for one attempt, in ms. */
  readonly limit: number;
  readonly send: (content: Negotiated) => void;
  /** A main connection is open; the callee owns the link. */
  readonly opened: (link: Link) => void;
  /** The second connection is open, for the link that it was offered for. */
  readonly bulkOpened?: () => void;
  /** An attempt failed. */
  readonly failed: (connection: Connection, why: string) => void;
}

interface Attempt {
  readonly dialer: WebRtcDialer;
  readonly connection: Connection;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The attempts of one peer. */
export class WebRtcAttempts {
  readonly #options: WebRtcAttemptsOptions;
  readonly #all = new Map<number, Attempt>();
  readonly #closing = new Set<Promise<void>>();
  #newest = 0;
  readonly #offers = new TokenBucket(OFFERS, performance.now());

  constructor(options: WebRtcAttemptsOptions) {
    this.#options = options;
  }

  /** Whether an attempt for this connection is still running. */
  dials(kind: Connection): boolean {
    return [...this.#all.values()].some(({ connection }) => connection === kind);
  }

  /**
   * Makes an offer (host only). For a bulk connection, `main` is the link that it serves. False if the numbers of this negotiation are used
   * up.
   */
  offer(connection: Connection, main: Link | null): boolean {
    if (this.#newest >= MAX_ATTEMPT) return false;
    this.#begin(++this.#newest, connection, main)?.start();
    return true;
  }

  /**
   * Handles a message of the far end, already opened and checked. The first `offer` of a number begins an attempt at a viewer; `main` is
   * then the link that a bulk connection serves. Messages that match no attempt are dropped.
   */
  receive(content: Negotiated, main: Link | null): void {
    if (content.kind === "offer") {
      // Numbers only rise: a viewer answers each attempt once.
      if (this.#options.role === "host" || content.attempt <= this.#newest) return;
      const now = performance.now();
      if (!this.#offers.tryConsume(now)) return;
      this.#newest = content.attempt;
      return this.#begin(content.attempt, content.connection, main)?.accept({
        kind: "offer",
        sdp: content.sdp,
      });
    }
    const { attempt, ...signal } = content;
    this.#all.get(attempt)?.dialer.accept(signal);
  }

  /** Cancels every attempt that is not open yet and starts the numbers again, for a new negotiation. */
  reset(): void {
    this.cancel();
    this.#newest = 0;
  }

  /** Cancels every attempt for this connection (or for any) that is not open yet. */
  cancel(connection?: Connection): void {
    for (const [number, attempt] of [...this.#all]) {
      if (connection === undefined || attempt.connection === connection) this.#forget(number, attempt);
    }
  }

  /** Cancels all; settles when every cancelled attempt has been freed. */
  async close(): Promise<void> {
    this.reset();
    await Promise.all(this.#closing);
  }

  #begin(number: number, connection: Connection, main: Link | null): WebRtcDialer | null {
    const { rtc, role, log, ice, limit } = this.#options;
    let dialer: WebRtcDialer;
    const options = ice();
    const turns = options.iceServers.flatMap(({ urls }) => urls).filter((url) => url.startsWith("turn"));
    try {
      if (connection === "bulk" && main === null) throw new Error("there is no link that it could serve");
      dialer = new WebRtcDialer(rtc, { ...options, connection }, role);
    } catch (error) {
      this.#options.failed(connection, error instanceof Error ? error.message : "it can't be made");
      return null;
    }
    const timer = setTimeout(() => this.#fail(number, `not open after ${limit / 1000} s`), limit);
    this.#all.set(number, { dialer, connection, timer });
    dialer.onicestate = (state) => {
      const word = state.slice(0, 1).toUpperCase() + state.slice(1);
      log("info", `WebRTC: ICE connection state: ${word}${connection === "bulk" ? " (bulk)" : ""}`);
    };
    dialer.onsignal = this.#sender(number, connection, turns);
    const opened = connection === "bulk" ? attachBulk(main!, dialer) : dialer.opened;
    opened.then((link) => this.#opened(number, link), (error: Error) => this.#fail(number, error.message));
    return dialer;
  }

  /** Sends the description first, in whatever order the library produces: sealed signals are only accepted in the order of sealing. */
  #sender(
    attempt: number,
    connection: Connection,
    turns: readonly string[],
  ): (signal: DialSignal) => void {
    let held: Negotiated[] | null = [];
    let candidates = 0;
    let relayed = turns.length === 0;
    return (signal) => {
      if (!this.#all.has(attempt)) return;
      if (signal.kind === "ice") {
        relayed ||= signal.candidate.includes(" typ relay");
        // The library does not report a refused credential: it gathers no relay candidate, and stops.
        if (signal.candidate === "" && !relayed) this.#options.log("warn", noRelay(turns));
        // The end of gathering is of no use to a far end, which waits for the connection anyway.
        if (signal.candidate === "" || ++candidates > MAX_CANDIDATES) return;
        const content: Negotiated = { kind: "ice", candidate: signal.candidate, mid: signal.mid, attempt };
        if (held === null) this.#send(content);
        else held.push(content);
        return;
      }
      const { kind, sdp } = signal;
      this.#send(kind === "offer" ? { kind, sdp, attempt, connection } : { kind, sdp, attempt });
      for (const content of held ?? []) this.#send(content);
      held = null;
    };
  }

  #send(content: Negotiated): void {
    this.#options.log("info", `Sending Signal: ${SIGNAL_WORDS[content.kind]}`);
    this.#options.send(content);
  }

  #opened(number: number, outcome: Link | boolean): void {
    const attempt = this.#all.get(number);
    if (outcome === false) return this.#fail(number, "its connection did not open");
    if (!attempt) return void (outcome !== true && outcome.close("another connection was first"));
    clearTimeout(attempt.timer);
    this.#all.delete(number);
    this.#options.log("info", `WebRTC data channel opened${attempt.connection === "bulk" ? " (bulk)" : ""}`);
    if (outcome === true) this.#options.bulkOpened?.();
    else this.#options.opened(outcome);
  }

  #fail(number: number, why: string): void {
    const attempt = this.#all.get(number);
    if (!attempt) return;
    this.#forget(number, attempt);
    this.#options.log("info", `WebRTC attempt ${number} (${attempt.connection}) failed: ${why}`);
    this.#options.failed(attempt.connection, why);
  }

  #forget(number: number, { dialer, timer }: Attempt): void {
    clearTimeout(timer);
    this.#all.delete(number);
    const closing: Promise<void> = dialer.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function noRelay(turns: readonly string[]): string {
  return `TURN: no relay at ${turns.join(", ")}: it can't be reached, or refused the credential ` +
    "(expired, made with another secret, or its clock is wrong)";
}
