/**
 * How the host builds links to one viewer: WebRTC offers (two, a second apart), the relay if they take long, WebRTC again while the relay
 * is in use, and the bulk connection afterwards. Of two attempts the first that opens here is kept. Which of several links is used, and
 * whether one is dead, is decided by the session.
 */
import type { WebRtcAttempts } from "./webrtc_attempts.ts";
import { BulkKeeper } from "./bulk_keeper.ts";
import type { Link } from "../link.ts";
import { attemptsOver, closeOldest, type PathsOptions, relayAllowed } from "./paths.ts";
import type { Negotiated } from "../signalling/sealed_content.ts";
import type { SealedSignalling } from "../signalling/sealed_signalling.ts";
import { Timers } from "../timers.ts";

/**
 * Round trips from the answer to an open channel: ICE's check, DTLS and SCTP; the path through the road is not shorter than the direct one.
 */
const HANDSHAKES = 6;

/** What the viewer supports, from its hello. */
export interface Means {
  readonly webrtc: boolean;
  readonly relay: boolean;
}

export interface HostPathsOptions extends PathsOptions {
  /**
   * Whether the viewer has received a message that was sent after `time`, the newest of our times that it knew when it requested a link
   * (`renegotiate`): then a link works, and the request is outdated.
   */
  readonly heardSince: (time: number) => boolean;
}

/** Builds the host's links to one viewer. */
export class HostPaths {
  readonly #line: SealedSignalling;
  readonly #options: HostPathsOptions;
  readonly #attempts: WebRtcAttempts | null;
  readonly #bulk: BulkKeeper | null;
  readonly #timers = new Timers();
  /** Every link that has not ended, in the order in which they opened. */
  readonly #links = new Set<Link>();
  #means: Means = { webrtc: false, relay: false };
  #retries = 0;
  /** When the first offer of this negotiation was made, in ms. */
  #offeredAt = 0;
  #over = false;

  constructor(line: SealedSignalling, options: HostPathsOptions) {
    this.#line = line;
    this.#options = options;
    this.#attempts = attemptsOver(line, options, {
      role: "host",
      opened: (link) => this.#opened(link),
      bulkOpened: () => {
        if (this.current?.path !== "relay") options.road.state(line.peer, "connected");
        this.#bulk!.opened();
      },
      failed: (connection) => connection === "main" ? this.#attemptFailed() : this.#bulk!.failed(),
    });
    this.#bulk = this.#attempts && new BulkKeeper({
      ...options,
      attempts: this.#attempts,
      renumber: () => {
        line.negotiation++;
        this.#attempts!.reset();
      },
    });
  }

  /** The newest link. */
  get current(): Link | null {
    return [...this.#links].at(-1) ?? null;
  }

  /** Sets what the viewer supports. False if no kind of path suits both ends. */
  setMeans(means: Means): boolean {
    this.#means = means;
    return this.#mayWebRtc || this.#mayRelay;
  }

  /** Handles an answer or a candidate of the viewer. */
  receive(content: Negotiated): void {
    if (content.kind === "answer") this.#answered();
    this.#attempts?.receive(content, null);
  }

  /** Schedules the second attempt for the time when the first should be open, judged by how long its answer took. */
  #answered(): void {
    if (!this.#timers.has("second")) return;
    const { second, secondLeast } = this.#options.timings;
    const answer = performance.now() - this.#offeredAt;
    this.#secondAttempt(Math.min(second - answer, secondLeast + HANDSHAKES * answer));
  }

  #secondAttempt(ms: number): void {
    this.#timers.set("second", ms, () => void this.#attempts!.offer("main", null));
  }

  /**
   * Starts a new negotiation, whatever links exist. `first`: the relay waits for WebRTC; `soon`: bytes are waiting. Within
   * `timings.between` of the last negotiation it is delayed, and cancelled if a link opens meanwhile.
   *
   * @param heard the newest of our times that the viewer knew when it requested the link: nothing is built once it has received more. 0: in
   * any case
   */
  connect(why: string, when: "first" | "soon", heard = 0): void {
    const { timings, log, road } = this.#options;
    if (this.#over || !road.online || this.#isStale(why, heard)) return;
    if (this.#timers.has("between")) {
      return this.#timers.set("again", timings.second, () => this.connect(why, when, heard));
    }
    this.#timers.set("between", timings.between, () => {});
    for (const name of ["again", "relay", "relaying"]) this.#timers.clear(name);
    this.#line.negotiation++;
    log("debug", `Negotiation ${this.#line.negotiation} with ${this.#line.peer}: ${why}`);
    this.#attempts?.reset();
    if (this.#mayWebRtc) {
      this.#attempts!.offer("main", null);
      this.#offeredAt = performance.now();
      this.#secondAttempt(timings.second);
    }
    if (this.#mayRelay && this.current?.path !== "relay") {
      const wait = !this.#mayWebRtc ? 0 : when === "first" ? timings.relay : timings.relayAgain;
      this.#timers.set("relay", wait, () => this.#relayOffer(why, heard));
    }
  }

  /** The viewer requests another link; `bridge`: it uses the relay already; `heard`: as for {@link connect}. */
  request(why: string, bridge: boolean, heard: number): void {
    if (this.#isStale(why, heard)) return;
    if (bridge) this.bridge();
    this.connect(why, "soon", heard);
  }

  /**
   * A request that was sent during an outage may arrive after it, when TCP repeats it: a new link would take seconds, and the relay be
   * slower.
   */
  #isStale(why: string, heard: number): boolean {
    const stale = heard !== 0 && this.#options.heardSince(heard);
    if (stale) {
      this.#options.log(
        "debug",
        `${this.#line.peer} asked for another link in an outage that is over: ${why}`,
      );
    }
    return stale;
  }

  /** The viewer uses the relay already: the session continues there, and WebRTC is built beside it. */
  bridge(): void {
    if (!this.#mayRelay || this.#over || this.#timers.has("bridged")) return;
    this.#timers.set("bridged", this.#options.timings.second, () => {});
    for (const name of ["relay", "relaying"]) this.#timers.clear(name);
    this.#line.send({ kind: "control", control: { type: "relay", taken: true } });
    if (!this.#mayWebRtc) this.#options.road.state(this.#line.peer, "fallback");
    const link = this.#line.openRelay();
    // A relay link that ended with its socket is no reason to refuse the next one.
    void link.closed.then(() => this.#timers.clear("bridged"));
    this.#options.log("info", `Relay: ${this.#line.peer} is on ${link.id} while WebRTC is built`);
    this.#use(link);
  }

  /** The viewer uses the relay that was offered: the path through the road is proved. */
  relayTaken(): void {
    // Not offered, or WebRTC was faster.
    if (!this.#timers.has("relaying")) return;
    this.#timers.clear("relaying");
    this.#retries = 0;
    this.#options.road.state(this.#line.peer, "fallback");
    this.#use(this.#line.openRelay());
    this.#retryLater();
  }

  /** Ends every link and attempt; settles when everything is freed. Idempotent. */
  async close(why: string): Promise<void> {
    this.#over = true;
    this.#timers.clearAll();
    this.#bulk?.close();
    await Promise.all([this.#attempts?.close(), ...[...this.#links].map((link) => link.close(why))]);
  }

  get #mayWebRtc(): boolean {
    return this.#attempts !== null && this.#means.webrtc;
  }

  get #mayRelay(): boolean {
    return this.#means.relay && relayAllowed(this.#options);
  }

  #relayOffer(why: string, heard: number): void {
    if (this.#isStale(why, heard)) return;
    // The answer may take as long as a link; a newer negotiation makes a new offer.
    this.#timers.set("relaying", this.#options.timings.link, () => {});
    this.#line.send({ kind: "control", control: { type: "relay", taken: false } });
  }

  #opened(link: Link): void {
    for (const name of ["again", "second", "relay", "relaying", "retry"]) this.#timers.clear(name);
    this.#attempts!.cancel("main");
    this.#retries = 0;
    this.#options.road.state(this.#line.peer, "connected");
    this.#use(link);
  }

  #use(link: Link): void {
    this.#bulk?.serve(link);
    this.#links.add(link);
    closeOldest(this.#links);
    void link.closed.then(({ detail }) => {
      const newest = this.current === link;
      this.#links.delete(link);
      if (!newest) return;
      this.#options.log("info", `Link ${link.id} to ${this.#line.peer} ended: ${detail}`);
      if (!this.#over) this.#options.lost(detail);
    });
    this.#options.link(link);
  }

  #attemptFailed(): void {
    if (this.#over || this.#attempts!.dials("main") || this.#timers.has("second")) return;
    if (this.current === null) this.#options.road.state(this.#line.peer, "failed");
    if (this.current === null || this.current.path === "relay") this.#retryLater();
    else this.#bulk!.serve(this.current); // the negotiation that failed had cancelled it
  }

  #retryLater(): void {
    if (this.#attempts === null || this.#timers.has("retry")) return;
    const { retries } = this.#options.timings;
    this.#timers.set("retry", retries[Math.min(this.#retries++, retries.length - 1)]!, () => {
      this.connect("trying WebRTC again", "soon");
      this.#retryLater();
    });
  }
}
