/**
 * How a viewer gets its links: it answers the host's offers, uses the relay when the host offers it, and requests a new negotiation when
 * told to. Which of several links is used, and whether one is dead, is decided by the session.
 */
import type { WebRtcAttempts } from "./webrtc_attempts.ts";
import type { Link } from "../link.ts";
import { attemptsOver, closeOldest, type PathsOptions, relayAllowed } from "./paths.ts";
import { type Content, MAX_NAME } from "../signalling/sealed_content.ts";
import type { SealedSignalling } from "../signalling/sealed_signalling.ts";
import { HOST_PEER } from "../schema/signal.ts";

export interface ViewerPathsOptions extends PathsOptions {
  /** A link is in use on both ends: at once, or, for an early relay link, when the host has confirmed it. */
  readonly used: (link: Link) => void;
  /** Whether messages come over a direct link of former keys: the relay is no better, whatever the road does with our logins. */
  readonly elsewhere: () => boolean;
}

/** Builds a viewer's links, as the host offers them. */
export class ViewerPaths {
  readonly #line: SealedSignalling;
  readonly #options: ViewerPathsOptions;
  readonly #attempts: WebRtcAttempts | null;
  /** Every link that has not ended, in the order in which they opened. */
  readonly #links = new Set<Link>();
  /** The newest that is open at both ends. */
  #current: Link | null = null;
  #openedIn = 0;
  /** The relay link, opened before the host offered it; the host has not confirmed it yet. */
  #bridge: Link | null = null;
  /** A person at the host has to answer first: the host accepts no early relay link. */
  #held = false;
  /** A link newer than {@link #current} was requested, and what was known of the host then ({@link ask}); null: none is expected. */
  #wanted: number | null = null;
  #over = false;
  /** Our keys are not valid on the road any more: open links stay, and no new ones come. */
  #former = false;

  constructor(line: SealedSignalling, options: ViewerPathsOptions) {
    this.#line = line;
    this.#options = options;
    this.#attempts = attemptsOver(line, options, {
      role: "viewer",
      opened: (link) => this.#opened(link),
      // The host may consider a connection open that never opened here.
      failed: (connection) =>
        connection === "main" && this.#current === null && this.ask("an attempt failed"),
    });
  }

  get current(): Link | null {
    return this.#current;
  }

  /** The open link that needs no road, if there is one. */
  get direct(): Link | null {
    return this.#webrtc();
  }

  get canWebRtc(): boolean {
    return this.#attempts !== null;
  }

  /** Sends hello to the host; `far`: the path is long, so the relay bridges it where both ends allow that. */
  greet(name: string, far: boolean): void {
    const webrtc = this.canWebRtc;
    const relay = relayAllowed(this.#options);
    const bridge = far && webrtc && relay;
    const hello = { type: "hello", name: name.slice(0, MAX_NAME), webrtc, relay, bridge } as const;
    this.#line.send({ kind: "control", control: hello });
    if (bridge) this.bridge();
  }

  /** Handles what the host says about paths, in negotiation `negotiation`. */
  receive(content: Content, negotiation: number): void {
    if (this.#over) return;
    if (negotiation > this.#line.negotiation) {
      this.#line.negotiation = negotiation;
      this.#attempts?.reset();
    }
    if (content.kind !== "control") this.#attempts?.receive(content, this.#webrtc());
    else if (content.control.type === "relay") {
      if (content.control.taken) this.#bridged();
      else this.#relay();
    }
  }

  /** Whether a new link is expected: there is none, or another was requested by {@link ask}. */
  get waiting(): boolean {
    return this.#current === null || this.#wanted !== null;
  }

  /** The keys are gone: open links stay until they end by themselves or are closed. */
  leave(why: string): void {
    this.#former = true;
    this.#attempts?.reset();
    this.#line.endRelay(why);
  }

  /**
   * Requests a new link from the host; open links stay.
   *
   * @param heard the newest time of the host that was received: the host builds none if more has been received when it reads that. 0: in
   * any case.
   * Without it: as at the last request, if no link opened since
   */
  ask(why: string, heard = this.#wanted ?? 0): void {
    if (this.#over || this.#former) return;
    this.#wanted = heard;
    const bridge = relayAllowed(this.#options) && !this.#held && this.#current?.path !== "relay";
    const asked = this.#line.send({ kind: "control", control: { type: "renegotiate", why, bridge, heard } });
    if (asked && bridge) this.bridge();
  }

  /**
   * Opens the relay link early, with a hello or a `renegotiate` that says so: the host does the same when it reads that, unless a person
   * has to be asked.
   */
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

  /** Ends every link and attempt; settles when everything is freed. */
  async close(why: string): Promise<void> {
    this.#over = true;
    this.#line.endRelay(why);
    await Promise.all([this.#attempts?.close(), ...[...this.#links].map((link) => link.close(why))]);
  }

  #webrtc(): Link | null {
    return this.#current?.path === "relay" ? null : this.#current;
  }

  #opened(link: Link): void {
    this.#endBridge();
    this.#keep(link);
    // Of two links of one negotiation the host has kept one, and sends on that.
    if (this.#webrtc() !== null && this.#openedIn === this.#line.negotiation) {
      return this.#options.link(link);
    }
    this.#openedIn = this.#line.negotiation;
    this.#options.road.state(HOST_PEER, "connected");
    this.#use(link);
  }

  #relay(): void {
    if (this.#options.policy.strictWebrtc) return;
    // WebRTC opened here in the same negotiation: the host will notice that too.
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

  /** The link is open at both ends. */
  #count(link: Link): void {
    this.#held = false;
    this.#current = link;
    this.#wanted = null;
    this.#options.used(link);
  }

  #keep(link: Link): void {
    this.#links.add(link);
    closeOldest(this.#links);
    void link.closed.then(({ detail }) => {
      this.#links.delete(link);
      if (this.#bridge === link) this.#bridge = null;
      if (this.#current !== link) return;
      this.#current = [...this.#links].filter((one) => one !== this.#bridge).at(-1) ?? null;
      this.#options.log("info", `Link ${link.id} to the host ended: ${detail}`);
      if (this.#over) return;
      if (this.#current) this.#options.used(this.#current);
      else this.#options.lost(detail);
    });
  }
}
