/** One viewer's way to its host: proves the secret, says hello, and then keeps a link up as long as the session lasts. */
import type { Refusal } from "./door.ts";
import type { Link } from "./link.ts";
import { Listeners } from "./listeners.ts";
import { relayAllowed } from "./paths.ts";
import { type PEER_TIMINGS, peerTimings } from "./peer_options.ts";
import type { Joined } from "./road_events.ts";
import { Seal } from "./seal.ts";
import { type Control, MAX_NAME, NO_COMMON_PATH } from "./sealed_content.ts";
import { SealedLine } from "./sealed_line.ts";
import { HOST_PEER, type Signal } from "./signal.ts";
import { Timers } from "./timers.ts";
import { type RefusedReason, SAID, type ViewerEvents, type ViewerPeerOptions } from "./viewer_events.ts";
import { Login } from "./viewer_login.ts";
import { ViewerPaths } from "./viewer_paths.ts";

/** Before a viewer that was in tries a host again that is paused or full, in ms. */
const TRY_AGAIN = 15_000;

export class ViewerPeer {
  readonly #options: ViewerPeerOptions;
  readonly #timings: typeof PEER_TIMINGS;
  readonly #events = new Listeners<ViewerEvents>();
  readonly #timers = new Timers();
  readonly #login: Login;
  readonly #stop: () => void;
  #line: SealedLine | null = null;
  #paths: ViewerPaths | null = null;
  /** Paths of keys that are gone; their links end by themselves or at close. */
  readonly #former = new Set<ViewerPaths>();
  /** Our id on the road, which the keys are bound to. */
  #peer = "";
  #linked = false;
  #over = false;
  /** Why no road will bring another link. */
  #roadOver: string | null = null;

  constructor(options: ViewerPeerOptions) {
    this.#options = options;
    this.#timings = peerTimings(options.timings);
    const { road, access, secret, session } = options;
    this.#login = new Login({
      access,
      secret,
      session,
      timings: this.#timings,
      send: (signal) => void road.signal(HOST_PEER, signal),
      proved: (key, took) => this.#proved(key, took),
      wrong: () => this.#refused("wrong", SAID.wrong),
      silent: () => this.#linked ? this.#loginLater(TRY_AGAIN) : this.#refused("silent", SAID.silent),
    });
    road.hello = () => this.#line === null ? this.#login.begin() : undefined;
    this.#stop = road.listen({
      joined: (joined) => this.#joined(joined),
      down: () => this.#away("the road was lost"),
      ended: (error) => error !== null && this.#sessionOver(error.message),
      peerJoined: (peer) => peer === HOST_PEER && this.#hostHere("the host joined the road again"),
      peerLeft: (peer, reason) => {
        if (peer !== HOST_PEER) return;
        this.#away(`the host's road connection: ${reason}`);
        if (reason === "ended" || reason === "expired") this.#sessionOver("the session is over");
        else if (this.#line === null) this.#events.emit((to) => to.waiting?.("the host is away"));
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
    return this.#paths?.current ?? null;
  }

  /** Signals and relayed messages that were forged, replayed or malformed. */
  get dropped(): number {
    return this.#line?.dropped ?? 0;
  }

  /** The link went quiet, or our address changed (`moved`): asks for a fresh one beside it. */
  renegotiate(why: string, moved = false): void {
    if (this.#over) return;
    this.#options.road.probe(moved);
    this.#paths?.ask(why.slice(0, 200));
  }

  /** Closes every link and stops; settles when all is freed. The road stays the caller's. */
  async close(why = "closed here"): Promise<void> {
    this.#finish();
    await Promise.all([...this.#former, this.#paths].map((paths) => paths?.close(why)));
  }

  #joined({ peers, peer, resumed }: Joined): void {
    // Another id than the keys are for: the road forgot us. They are of no use with it.
    if (this.#line !== null && !(resumed && peer === this.#peer)) this.#forgetKeys();
    this.#peer = peer;
    if (peers.includes(HOST_PEER)) this.#hostHere("joined the road again");
    else if (!this.#linked) this.#events.emit((to) => to.waiting?.("the host is away"));
  }

  #hostHere(why: string): void {
    this.#line?.endRelay(why);
    if (this.#line === null) return this.#login.want();
    this.#login.here();
    if (this.#paths?.waiting) this.#paths.ask(why);
  }

  #away(why: string): void {
    this.#login.away();
    this.#line?.endRelay(why);
  }

  #signal(signal: Signal): void {
    if (this.#over) return;
    if (signal.kind === "pake") {
      if (signal.data.startsWith("!")) this.#answered(signal.data.slice(1) as Refusal);
      else this.#login.answer(signal.data);
      return;
    }
    const content = this.#line?.open(signal);
    if (!content) return;
    if (content.kind === "control") this.#control(content.control);
    else if (!this.#timers.has("link")) this.#linkDue();
    this.#paths?.take(content, signal.negotiation);
  }

  /** A refusal in the clear. A road can forge one, so it counts only where an answer is due. */
  #answered(refusal: Refusal): void {
    // A link that says nothing any more is none: a relay may look open long after the host has forgotten us. It costs the links that there are nothing.
    const none = refusal === "unknown" ? this.#paths?.waiting : this.#paths?.current === null;
    const due = this.#login.pending || (this.#line !== null && none);
    if (!due || this.#timers.has("answered")) return;
    this.#timers.set("answered", 1_000, () => {});
    this.#login.cancel();
    if (refusal === "unknown") return this.#loginLater(this.#timings.second);
    if (this.#linked && refusal !== "wrong") return this.#loginLater(TRY_AGAIN);
    this.#refused(refusal, SAID[refusal]);
  }

  #loginLater(wait: number): void {
    this.#forgetKeys();
    this.#login.later(wait);
  }

  #proved(key: Uint8Array, took: number): void {
    const { road, session, access, rtc, policy, log, name } = this.#options;
    const seal = new Seal({ key, session, viewer: this.#peer, role: "viewer" });
    this.#line = new SealedLine(road, seal, HOST_PEER, log);
    this.#paths = new ViewerPaths(this.#line, {
      road,
      rtc,
      policy,
      timings: this.#timings,
      log,
      link: (link) => this.#events.emit((to) => to.link?.(link)),
      used: (link) => this.#inside(link),
      lost: () => this.#roadOver !== null && this.#sessionOver(this.#roadOver),
    });
    const relay = relayAllowed({ policy, road });
    const bridge = relay && this.#paths.canWebRtc && !this.#linked && took > this.#timings.bridge;
    const hello: Control = {
      type: "hello",
      name: name.slice(0, MAX_NAME),
      webrtc: this.#paths.canWebRtc,
      relay,
      bridge,
    };
    this.#line.send({ kind: "control", control: hello });
    this.#events.emit((to) => to.role?.(access));
    this.#linkDue();
    if (bridge) this.#paths.bridge();
  }

  #linkDue(): void {
    if (this.#linked) return;
    this.#timers.set("link", this.#timings.link, () => {
      const { policy } = this.#options;
      const more = policy.strictWebrtc ? ", and --strict-webrtc allows no relay" : "";
      this.#refused(
        "no_path",
        `no connection to the host came up within ${this.#timings.link / 1000} s${more}`,
      );
    });
  }

  #control(control: Control): void {
    switch (control.type) {
      case "wait":
        // A person takes as long as a person takes.
        this.#timers.clear("link");
        this.#paths?.hold();
        return this.#events.emit((to) => to.waiting?.(control.why));
      case "refused":
        return this.#refused(control.why === NO_COMMON_PATH ? "no_path" : "denied", control.why);
      case "end":
        this.#finish();
        void this.#paths?.close(control.why);
        return this.#events.emit((to) => to.ended?.(control.why));
      case "relay":
      case "hello":
      case "renegotiate":
        return; // `relay` is for the paths; the others are a viewer's words
    }
  }

  #inside(link: Link): void {
    this.#linked = true;
    this.#timers.clear("link");
    // A link of new keys takes over from one of keys that are gone.
    for (const paths of this.#former) {
      void paths.close("replaced by a newer link").then(() => this.#former.delete(paths));
    }
    this.#events.emit((to) => to.path?.(link.path));
  }

  #forgetKeys(): void {
    if (this.#paths !== null) this.#former.add(this.#paths);
    this.#line = this.#paths = null;
  }

  #sessionOver(why: string): void {
    this.#roadOver = why;
    // A road may lie: a link that works counts for more.
    if (this.#over || (this.link !== null && this.link.path !== "relay")) return;
    this.#finish();
    void this.#paths?.close(why);
    this.#events.emit((to) => to.ended?.(why));
  }

  #refused(reason: RefusedReason, detail: string): void {
    if (this.#over) return;
    this.#finish();
    void this.#paths?.close(detail);
    this.#events.emit((to) => to.refused?.(reason, detail));
  }

  #finish(): void {
    this.#over = true;
    this.#stop();
    this.#timers.clearAll();
    this.#login.cancel();
  }
}
