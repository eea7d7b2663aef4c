/**
 * How the host gets a link to one viewer and the next one after it: WebRTC offers (two, a second apart), the relay if
 * they take long, WebRTC again while on the relay, and the bulk connection afterwards. The host decides which link
 * counts: of two attempts the first that opens here stays.
 */
import type { WebRtcAttempts } from "./webrtc_attempts.ts";
import { StaleRequests } from "./stale_requests.ts";
import { BulkKeeper } from "./bulk_keeper.ts";
import type { Link } from "../link.ts";
import { attemptsOver, closeOldest, type PathsOptions, relayAllowed, retire } from "./paths.ts";
import type { Negotiated } from "../signalling/sealed_content.ts";
import type { SealedSignalling } from "../signalling/sealed_signalling.ts";
import { Timers } from "../timers.ts";

/** A link on which something came this lately lives: a viewer that waits for an answer probes more often, ms. */
const HEARD = 250;
/** Round trips from the answer to an open channel: ICE's check, DTLS and SCTP; the way by the road is not shorter than the direct one. */
const HANDSHAKES = 6;

/** What the viewer can do; it said so in its hello. */
export interface Means {
  readonly webrtc: boolean;
  readonly relay: boolean;
}

export class HostPaths {
  readonly #line: SealedSignalling;
  readonly #options: PathsOptions;
  readonly #attempts: WebRtcAttempts | null;
  readonly #bulk: BulkKeeper | null;
  readonly #timers = new Timers();
  /** Every link that has not ended, those on their way out included. */
  readonly #links = new Set<Link>();
  #means: Means = { webrtc: false, relay: false };
  #current: Link | null = null;
  #retries = 0;
  /** When the first offer of this negotiation was made, ms. */
  #offeredAt = 0;
  readonly #belated = new StaleRequests();
  #over = false;

  constructor(line: SealedSignalling, options: PathsOptions) {
    this.#line = line;
    this.#options = options;
    this.#attempts = attemptsOver(line, options, {
      role: "host",
      opened: (link) => this.#opened(link),
      bulkOpened: () => {
        if (this.#current?.path !== "relay") options.road.state(line.peer, "connected");
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

  get current(): Link | null {
    return this.#current;
  }

  /** Takes the viewer's means. False if no way fits both ends. */
  setMeans(means: Means): boolean {
    this.#means = means;
    return this.#mayWebRtc || this.#mayRelay;
  }

  /** An answer or a candidate of the viewer. */
  take(content: Negotiated): void {
    if (content.kind === "answer") this.#answered();
    this.#attempts?.take(content, null);
  }

  /** The second attempt comes as soon as the first ought to be open, judged by how long its answer took. */
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
   * A new negotiation, whatever links there are; the newest stays in use until a newer one is open. `first`: the relay waits
   * for WebRTC; `soon`: somebody waits for bytes. Within `timings.between` of the last time it waits, and gives way
   * to a link that opens meanwhile.
   */
  connect(why: string, when: "first" | "soon"): void {
    const { timings, log, road } = this.#options;
    if (this.#over || !road.online) return;
    if (this.#timers.has("between")) {
      return this.#timers.set("again", timings.second, () => this.connect(why, when));
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
    if (this.#mayRelay && this.#current?.path !== "relay") {
      const wait = !this.#mayWebRtc ? 0 : when === "first" ? timings.relay : timings.relayAgain;
      this.#timers.set("relay", wait, () => this.#relayOffer());
    }
  }

  /**
   * The viewer asks for another link; `bridge`: it is on the relay already. If the cut in which it asked is over, the link that there is
   * goes on: a fresh one would take seconds on a bad network, and what is built there would be broken off by the next belated wish.
   */
  wish(why: string, bridge: boolean): void {
    if (this.#alive && this.#belated.is(this.#current!.returnedAt, performance.now())) {
      return this.#options.log(
        "debug",
        `${this.#line.peer} wished for another link in a cut that is over: ${why}`,
      );
    }
    if (bridge) this.bridge();
    this.connect(why, "soon");
  }

  /** The viewer is on the relay already: the session goes on there, and WebRTC is built beside it. */
  bridge(): void {
    if (!this.#mayRelay || this.#over || this.#timers.has("bridged") || this.#alive) return;
    this.#timers.set("bridged", this.#options.timings.second, () => {});
    for (const name of ["relay", "relaying"]) this.#timers.clear(name);
    this.#line.send({ kind: "control", control: { type: "relay", taken: true } });
    if (!this.#mayWebRtc) this.#options.road.state(this.#line.peer, "fallback");
    const link = this.#line.openRelay();
    // A bridge that died with its socket is no reason to refuse the next.
    void link.closed.then(() => this.#timers.clear("bridged"));
    this.#options.log("info", `Relay: ${this.#line.peer} is on ${link.id} while WebRTC is built`);
    this.#use(link);
  }

  /** The viewer takes the relay that was offered: the way through the road is proved. */
  relayTaken(): void {
    // Not offered, or WebRTC was quicker.
    if (!this.#timers.has("relaying")) return;
    this.#timers.clear("relaying");
    this.#retries = 0;
    this.#options.road.state(this.#line.peer, "fallback");
    this.#use(this.#line.openRelay());
    this.#retryLater();
  }

  /** Ends every link and attempt; settles when all is freed. Idempotent. */
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

  /**
   * Whether the direct link is being heard. What a viewer asked for in a cut comes after it, when TCP repeats it, and often later than the first
   * word on the direct link: the relay would be slower from then on, and stuck in the next cut.
   */
  get #alive(): boolean {
    const { current } = this;
    return current !== null && current.path !== "relay" && performance.now() - current.heardAt < HEARD;
  }

  #relayOffer(): void {
    if (this.#alive) return;
    // The answer is awaited as long as a link may take; a newer negotiation offers anew.
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
    const old = this.#current;
    this.#current = link;
    this.#bulk?.serve(link);
    this.#links.add(link);
    closeOldest(this.#links);
    void link.closed.then(({ detail }) => {
      this.#links.delete(link);
      this.#timers.clear(link.id);
      if (this.#current !== link) return;
      this.#current = null;
      this.#options.log("info", `Link ${link.id} to ${this.#line.peer} ended: ${detail}`);
      if (!this.#over) this.#options.lost(detail);
    });
    const { timings } = this.#options;
    if (old !== null) {
      retire(old, timings.grace, { timers: this.#timers, timings, current: () => this.#current });
    }
    this.#options.link(link);
  }

  #attemptFailed(): void {
    if (this.#over || this.#attempts!.dials("main") || this.#timers.has("second")) return;
    if (this.#current === null) this.#options.road.state(this.#line.peer, "failed");
    if (this.#current === null || this.#current.path === "relay") this.#retryLater();
    else this.#bulk!.serve(this.#current); // the negotiation that failed had cancelled it
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
