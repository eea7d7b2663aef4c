/** One viewer's way to its host: proves the secret, says hello, and then keeps a link up as long as the session lasts. */
import type { Refusal } from "../auth/host_login.ts";
import type { Link } from "../link.ts";
import { Listeners } from "../listeners.ts";
import { type PEER_TIMINGS, peerTimings } from "../timings.ts";
import type { Joined } from "../signalling/road_events.ts";
import { Seal } from "../auth/seal.ts";
import { type Control, NO_COMMON_PATH } from "../signalling/sealed_content.ts";
import { SealedSignalling } from "../signalling/sealed_signalling.ts";
import { HOST_PEER, type Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";
import { noPath, OVER, type RefusedReason, roadOver, SAID } from "./viewer_events.ts";
import type { ViewerEvents, ViewerPeerOptions } from "./viewer_events.ts";
import { ViewerLogin } from "../auth/viewer_login.ts";
import { ViewerLinks } from "./viewer_links.ts";
import { ViewerPaths } from "./viewer_paths.ts";

/** A viewer's connection to its host, from login to the end. */
export class ViewerPeer {
  readonly #options: ViewerPeerOptions;
  readonly #timings: typeof PEER_TIMINGS;
  readonly #events = new Listeners<ViewerEvents>();
  readonly #timers = new Timers();
  readonly #login: ViewerLogin;
  readonly #stop: () => void;
  #line: SealedSignalling | null = null;
  readonly #links = new ViewerLinks();
  /** Our id on the road, to which the keys are bound. */
  #peer = "";
  #linked = false;
  #over = false;
  /** Why no road will bring another link. */
  #roadOver: string | null = null;

  constructor(options: ViewerPeerOptions) {
    this.#options = options;
    this.#timings = peerTimings(options.timings);
    const { road, access, secret, session } = options;
    this.#login = new ViewerLogin({
      access,
      secret,
      session,
      timings: this.#timings,
      send: (signal) => void road.signal(HOST_PEER, signal),
      proved: (key, took) => this.#proved(key, took),
      wrong: () => this.#said("wrong"),
      silent: () => this.#said("silent"),
    });
    road.hello = () => this.#line === null ? this.#login.begin() : undefined;
    this.#stop = road.listen({
      joined: (joined) => this.#joined(joined),
      down: () => this.#away("the road was lost"),
      ended: (error) => error !== null && this.#sessionOver(roadOver(error)),
      peerJoined: (peer) => peer === HOST_PEER && this.#hostHere("the host joined the road again"),
      peerLeft: (peer, reason) => {
        if (peer !== HOST_PEER) return;
        this.#away(`the host's road connection: ${reason}`);
        if (OVER[reason] !== undefined) this.#sessionOver(OVER[reason]);
        else if (this.#line === null) this.#wait("the host is away");
      },
      signal: (peer, signal) => peer === HOST_PEER && this.#signal(signal),
      relayed: ({ peer, channel, sealed }) => peer === HOST_PEER && this.#line?.relayed(channel, sealed),
    });
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<ViewerEvents>): () => void {
    return this.#events.add(events);
  }

  /** The link in use. */
  get link(): Link | null {
    return this.#links.link;
  }

  /** Signals and relayed messages that were dropped. */
  get dropped(): number {
    return this.#line?.dropped ?? 0;
  }

  /**
   * The link went quiet, or our address changed (`moved`): asks for a fresh one beside it.
   * @param about.heard the newest time of the host that was received; it builds none if more was received before it reads this. 0: in any case
   */
  renegotiate(why: string, about: { readonly heard?: number; readonly moved?: boolean } = {}): void {
    if (this.#over) return;
    this.#options.road.probe(about.moved ?? false);
    this.#links.paths?.ask(why.slice(0, 200), about.heard ?? 0);
  }

  /** Closes every link and stops; settles when all is freed. The road stays the caller's. */
  async close(why = "closed here"): Promise<void> {
    this.#finish();
    await this.#links.close(why);
  }

  #joined({ peers, peer, resumed }: Joined): void {
    // Another id than that of the keys: the road has forgotten us, and they are of no use with it.
    if (this.#line !== null && !(resumed && peer === this.#peer)) this.#forgetKeys();
    this.#peer = peer;
    if (peers.includes(HOST_PEER)) this.#hostHere("joined the road again");
    else if (!this.#linked) this.#wait("the host is away");
  }

  #hostHere(why: string): void {
    this.#roadOver = null;
    this.#line?.endRelay(why);
    if (this.#line === null) return this.#login.start();
    this.#login.hostPresent();
    if (this.#links.paths?.waiting) this.#links.paths.ask(why);
  }

  /** A viewer with a link does not wait. */
  #wait(why: string): void {
    if (!this.#links.direct) this.#events.emit((to) => to.waiting?.(why));
  }

  #away(why: string): void {
    this.#login.hostAbsent();
    this.#line?.endRelay(why);
  }

  #signal(signal: Signal): void {
    if (this.#over) return;
    if (signal.kind === "pake" && signal.data.startsWith("!")) {
      return this.#answered(signal.data.slice(1) as Refusal);
    }
    if (signal.kind === "pake") return this.#login.receive(signal.data);
    const content = this.#line?.open(signal);
    if (!content) return;
    if (content.kind === "control") this.#control(content.control);
    else if (!this.#timers.has("link")) this.#linkDue();
    this.#links.paths?.receive(content, signal.negotiation);
  }

  /** Handles a refusal in the clear. A road can forge one, so it counts only when an answer is expected. */
  #answered(refusal: Refusal): void {
    // A silent link does not count: a relay may look open long after the host has forgotten us. Existing links lose nothing by this.
    const none = refusal === "unknown" ? this.#links.paths?.waiting : this.#links.paths?.current === null;
    const due = this.#login.pending || (this.#line !== null && none);
    if (!due || this.#timers.has("answered")) return;
    this.#timers.set("answered", 1_000, () => {});
    this.#login.cancel();
    if (refusal === "unknown") return this.#loginLater(this.#timings.second);
    this.#said(refusal);
  }

  /** An unsealed refusal, or no answer: ends a viewer that was never in, or has no link and the wrong secret. Others try again. */
  #said(refusal: keyof typeof SAID): void {
    const inside = this.#links.direct || (this.#linked && refusal !== "wrong");
    if (inside) this.#loginLater();
    else this.#refused(refusal, SAID[refusal]);
  }

  #forgetKeys(): void {
    this.#links.leave("the keys are gone");
    this.#line = null;
  }

  #loginLater(wait?: number): void {
    this.#forgetKeys();
    this.#login.retryIn(wait);
  }

  #proved(key: Uint8Array, took: number): void {
    const { road, session, access, rtc, policy, log, name } = this.#options;
    const seal = new Seal({ key, session, viewer: this.#peer, role: "viewer" });
    this.#line = new SealedSignalling(road, seal, HOST_PEER, log);
    const paths = this.#links.paths = new ViewerPaths(this.#line, {
      road,
      rtc,
      policy,
      timings: this.#timings,
      log,
      link: (link) => this.#events.emit((to) => to.link?.(link)),
      used: (link) => this.#inside(link),
      lost: () => this.#linkLost(),
      elsewhere: () => this.#links.formerHeard(this.#timings.silent),
    });
    const bridge = !this.#linked && took > this.#timings.bridge;
    // Emitted before a link: an existing one, the relay's, opens at once.
    this.#events.emit((to) => to.role?.(access));
    paths.greet(name, bridge);
    this.#linkDue();
  }

  #linkDue(): void {
    const { link } = this.#timings;
    const late = () => this.#refused("no_path", noPath(link, this.#options.policy));
    if (!this.#linked) this.#timers.set("link", link, late);
  }

  #control(control: Control): void {
    switch (control.type) {
      case "wait":
        // A person may take any time.
        this.#timers.clear("link");
        this.#links.paths?.hold();
        return this.#wait(control.why);
      case "refused":
        return this.#refused(control.why === NO_COMMON_PATH ? "no_path" : "denied", control.why);
      case "end":
        return this.#ended(control.why);
      case "relay":
      case "hello":
      case "renegotiate":
        return; // `relay` is for the paths; the others are a viewer's words
    }
  }

  #inside(link: Link): void {
    this.#linked = true;
    this.#timers.clear("link");
    // A link of new keys replaces one of former keys.
    void this.#links.closeFormer("replaced by a newer link");
    this.#events.emit((to) => to.path?.(link.path));
  }

  #linkLost(): void {
    if (this.#over || this.#links.direct) return;
    if (this.#roadOver !== null) this.#sessionOver(this.#roadOver);
    else if (this.#line === null && !this.#login.pending) this.#login.retryIn(0);
  }

  #sessionOver(why: string): void {
    this.#roadOver = why;
    if (!this.#over && !this.#links.direct) this.#ended(why);
  }

  #ended(why: string): void {
    this.#end(why, (to) => to.ended?.(why));
  }

  #refused(reason: RefusedReason, detail: string): void {
    if (!this.#over) this.#end(detail, (to) => to.refused?.(reason, detail));
  }

  #end(why: string, tell: (to: Partial<ViewerEvents>) => void): void {
    this.#finish();
    void this.#links.close(why);
    this.#events.emit(tell);
  }

  #finish(): void {
    this.#over = true;
    this.#stop();
    this.#timers.clearAll();
    this.#login.cancel();
  }
}
