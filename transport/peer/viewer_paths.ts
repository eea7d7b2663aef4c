/**
 * How a viewer gets its links: it answers the host's offers, takes the relay when the host offers it, and asks for a new
 * negotiation while it has none. The newest link that opened counts; of two of one negotiation the other is kept
 * in case the host chose it.
 */
import type { WebRtcAttempts } from "./webrtc_attempts.ts";
import type { Link } from "../link.ts";
import { attemptsOver, closeOldest, type PathsOptions, relayAllowed, retire } from "./paths.ts";
import { type Content, MAX_NAME } from "../signalling/sealed_content.ts";
import type { SealedSignalling } from "../signalling/sealed_signalling.ts";
import { HOST_PEER } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** The shortest and longest wait before asking the host again for a link, in ms. */
const ASK = 3_000;
const ASK_MOST = 15_000;

export interface ViewerPathsOptions extends PathsOptions {
  /** A link is in use on both ends: at once, or for a bridge when the host has taken it. */
  readonly used: (link: Link) => void;
  /** Whether a direct link of former keys is heard: the relay is no better, whatever a road makes of our logins. */
  readonly elsewhere: () => boolean;
}

export class ViewerPaths {
  readonly #line: SealedSignalling;
  readonly #options: ViewerPathsOptions;
  readonly #attempts: WebRtcAttempts | null;
  readonly #timers = new Timers();
  readonly #links = new Set<Link>();
  /** The link in use, and another of the same negotiation. */
  #current: Link | null = null;
  #standby: Link | null = null;
  #openedIn = 0;
  #asked = 0;
  /** The relay, taken unasked; the host has not said that it did the same. */
  #bridge: Link | null = null;
  /** A person at the host has to answer first: it takes no bridge. */
  #held = false;
  /** Somebody asked for a link newer than the one in use, and when; ms. */
  #wanted = false;
  #wantedAt = 0;
  #over = false;
  /** Our keys are of no use on the road any more: what is open stays, and nothing new comes. */
  #former = false;

  constructor(line: SealedSignalling, options: ViewerPathsOptions) {
    this.#line = line;
    this.#options = options;
    this.#attempts = attemptsOver(line, options, {
      role: "viewer",
      opened: (link) => this.#opened(link),
      // The host may take for open what never opened here.
      failed: (connection) =>
        connection === "main" && this.#current === null && this.ask("an attempt failed"),
    });
  }

  get current(): Link | null {
    return this.#current;
  }

  /** The open link that needs no road, if there is one. */
  get direct(): Link | null {
    return this.#webrtc() ?? this.#standby;
  }

  get canWebRtc(): boolean {
    return this.#attempts !== null;
  }

  /** Says hello to the host; `far`: the way is long, and the relay bridges it where both are allowed. */
  greet(name: string, far: boolean): void {
    const webrtc = this.canWebRtc;
    const relay = relayAllowed(this.#options);
    const bridge = far && webrtc && relay;
    const hello = { type: "hello", name: name.slice(0, MAX_NAME), webrtc, relay, bridge } as const;
    this.#line.send({ kind: "control", control: hello });
    if (bridge) this.bridge();
  }

  /** What the host says about paths, in negotiation `negotiation`. */
  take(content: Content, negotiation: number): void {
    if (this.#over) return;
    if (negotiation > this.#line.negotiation) {
      this.#line.negotiation = negotiation;
      this.#attempts?.reset();
    }
    if (content.kind !== "control") this.#attempts?.take(content, this.#webrtc());
    else if (content.control.type === "relay") {
      if (content.control.taken) this.#bridged();
      else this.#relay();
    }
  }

  /** Whether a new link is waited for: there is none, or the one in use was given up by {@link ask}. */
  get waiting(): boolean {
    return this.#current === null || this.#wanted && !this.#alive;
  }

  /** The keys are gone: links that are open stay until they end by themselves or are closed. */
  leave(why: string): void {
    this.#former = true;
    this.#timers.clear("ask");
    this.#attempts?.reset();
    this.#line.endRelay(why);
  }

  /** Asks the host for a fresh link, again and again until one is open; the one in use stays until then. */
  ask(why: string): void {
    if (this.#over || this.#former) return;
    this.#wanted = true;
    this.#wantedAt = performance.now();
    const bridge = relayAllowed(this.#options) && !this.#held && this.#current?.path !== "relay";
    if (this.#line.send({ kind: "control", control: { type: "renegotiate", why, bridge } }) && bridge) {
      this.bridge();
    }
    this.#askAgain(why);
  }

  /** Takes the relay unasked, with a hello or a `renegotiate` that says so: the host does the same when it reads that, unless a person has to be asked. */
  bridge(): void {
    const link = this.#bridge = this.#line.openRelay();
    this.#options.log("info", `Relay: the session begins on ${link.id} while WebRTC is built`);
    this.#keep(link);
    this.#options.link(link);
  }

  /** A person at the host has to answer before there is any link. */
  hold(): void {
    this.#held = true;
    this.#endBridge();
  }

  #endBridge(): void {
    if (this.#bridge !== null) this.#line.endRelay("the host does not take it");
  }

  /** Ends every link and attempt; settles when all is freed. */
  async close(why: string): Promise<void> {
    this.#over = true;
    this.#timers.clearAll();
    this.#line.endRelay(why);
    await Promise.all([this.#attempts?.close(), ...[...this.#links].map((link) => link.close(why))]);
  }

  /** Whether the direct link was heard again since another was asked for: the cut is over, and the host goes on with it too. */
  get #alive(): boolean {
    return (this.#webrtc()?.heardAt ?? -Infinity) > this.#wantedAt;
  }

  #webrtc(): Link | null {
    return this.#current?.path === "relay" ? null : this.#current;
  }

  #opened(link: Link): void {
    this.#endBridge();
    this.#keep(link);
    if (this.#webrtc() !== null && this.#openedIn === this.#line.negotiation) {
      this.#standby = link;
      return;
    }
    this.#openedIn = this.#line.negotiation;
    this.#options.road.state(HOST_PEER, "connected");
    this.#use(link);
  }

  #relay(): void {
    if (this.#options.policy.strictWebrtc) return;
    // WebRTC opened here in the same negotiation: the host will find that too.
    if (this.#webrtc() !== null && this.#openedIn === this.#line.negotiation) return;
    if (this.#options.elsewhere()) return;
    const link = this.#line.openRelay();
    this.#keep(link);
    this.#line.send({ kind: "control", control: { type: "relay", taken: true } });
    this.#options.road.state(HOST_PEER, "fallback");
    this.#use(link);
  }

  #bridged(): void {
    const link = this.#bridge;
    this.#bridge = null;
    if (link !== null) this.#count(link);
  }

  #use(link: Link): void {
    this.#count(link);
    this.#options.link(link);
  }

  /** It is the link in use from now on. */
  #count(link: Link): void {
    const old = this.#current;
    this.#held = false;
    this.#current = link;
    this.#asked = 0;
    this.#wanted = false;
    this.#timers.clear("ask");
    // The host closes it sooner; twice its grace in case that never comes through.
    const { timings } = this.#options;
    if (old !== null) {
      retire(old, 2 * timings.grace, { timers: this.#timers, timings, current: () => this.#current });
    }
    this.#options.used(link);
  }

  #keep(link: Link): void {
    this.#links.add(link);
    closeOldest(this.#links);
    void link.closed.then(({ detail }) => {
      this.#links.delete(link);
      this.#timers.clear(link.id);
      if (this.#standby === link) this.#standby = null;
      if (this.#bridge === link) this.#bridge = null;
      if (this.#current !== link) return;
      this.#current = null;
      this.#options.log("info", `Link ${link.id} to the host ended: ${detail}`);
      if (this.#over) return;
      const standby = this.#standby;
      this.#standby = null;
      if (standby !== null) this.#use(standby);
      else {
        // The host most likely knows and makes an offer by itself: asked only if none comes.
        if (!this.#former) this.#askAgain(detail);
        this.#options.lost(detail);
      }
    });
  }

  #askAgain(why: string): void {
    const wait = Math.min(ASK * 2 ** this.#asked++, ASK_MOST);
    this.#timers.set("ask", wait, () => {
      if (this.#alive) {
        this.#wanted = false;
        this.#asked = 0;
        this.#options.log("debug", `Link ${this.#current!.id} to the host is back`);
        return this.#endBridge();
      }
      this.#options.road.probe();
      this.ask(why);
    });
  }
}
