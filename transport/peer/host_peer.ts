/**
 * One viewer at the host, from its proved key on: greeted, approved, joined, gone. The key, and so this, outlives
 * sockets, links and roads.
 */
import type { Access } from "../auth/join_code.ts";
import { HostPaths } from "./host_paths.ts";
import type { PathsOptions } from "./paths.ts";
import type { Channel } from "../link.ts";
import type { Seal } from "../auth/seal.ts";
import { type Control, NO_COMMON_PATH } from "../signalling/sealed_content.ts";
import { SealedSignalling } from "../signalling/sealed_signalling.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** A viewer that proved a secret; `role` is what that secret gives. */
export interface Viewer {
  /** Of this viewer alone as long as it is in; mostly its id on the road. */
  readonly peer: string;
  readonly role: Access;
  /** What it calls itself: at most 64 printable characters, perhaps none. */
  readonly name: string;
}

export type Approve = (viewer: Viewer, gone: AbortSignal) => Promise<boolean>;

export interface HostPeerOptions extends Omit<PathsOptions, "lost"> {
  /** Asks a person; the viewer is told to wait. `gone` aborts when it is no more: then nobody need answer. */
  readonly approve?: Approve;
  readonly joined: (viewer: Viewer) => void;
  /** Once: the viewer is no more; `joined` says whether it ever was in. */
  readonly gone: (why: string, joined: boolean) => void;
}

export class HostPeer {
  readonly #options: HostPeerOptions;
  readonly #line: SealedSignalling;
  readonly #paths: HostPaths;
  readonly #timers = new Timers();
  readonly #gone = new AbortController();
  #state: "greeting" | "approving" | "joined" | "gone" = "greeting";
  /** Where the viewer's socket is; `unknown` while our own road is down. */
  #place: "here" | "lost" | "left" | "unknown" = "here";
  /** When it was last told that the socket is gone; ms of `performance.now()`. */
  #departedAt = 0;

  /** What events call it, and its id on the road, which a road can give to another later. */
  readonly id: string;
  readonly peer: PeerId;
  readonly role: Access;

  constructor(
    { id, peer, role }: { readonly id: string; readonly peer: PeerId; readonly role: Access },
    seal: Seal,
    options: HostPeerOptions,
  ) {
    this.id = id;
    this.peer = peer;
    this.role = role;
    this.#options = options;
    this.#line = new SealedSignalling(options.road, seal, peer, options.log);
    this.#paths = new HostPaths(this.#line, {
      ...options,
      link: (link) => {
        // It came up although the road says that nobody is there.
        this.#timers.clear("forget");
        options.link(link);
      },
      lost: (detail) => this.#linkLost(detail),
    });
    this.#timers.set("hello", options.timings.hello, () => void this.#end("it said nothing after its login"));
  }

  /** Signals and relayed messages that were dropped. */
  get dropped(): number {
    return this.#line.dropped;
  }

  get joined(): boolean {
    return this.#state === "joined";
  }

  /** Whether its place may be given to somebody new: it seems to have crashed, and is only waited for. */
  get yields(): boolean {
    if (this.#place === "here" || this.#place === "unknown") return false;
    const heardAt = Math.max(this.#departedAt, this.#paths.current?.heardAt ?? 0);
    return performance.now() - heardAt >= this.#options.timings.silent;
  }

  /** A sealed signal of the viewer. */
  signal(signal: Signal): void {
    if (this.#state === "gone") return;
    const content = this.#line.open(signal);
    if (content === null) return;
    if (content.kind === "control") this.#control(content.control);
    else this.#paths.take(content);
  }

  relayed(channel: Channel, sealed: Uint8Array): void {
    this.#line.relayed(channel, sealed);
  }

  /** The host's own wish for a fresh connection; the old one stays until it is open. */
  renegotiate(why: string): void {
    if (this.#state === "joined" && this.#place === "here") this.#paths.connect(why, "soon");
  }

  /** The viewer's socket is on the road (again). What it relayed before was lost with its old one. */
  arrived(why: string): void {
    if (this.#state === "gone") return;
    this.#place = "here";
    this.#timers.clear("forget");
    this.#line.endRelay(why);
    if (this.#state === "joined" && this.#paths.current === null) this.#paths.connect(why, "soon");
  }

  /** The viewer's socket is off the road, or (`unknown`) our own is. Links over WebRTC go on, whatever a road says. */
  departed(how: "lost" | "left" | "unknown", why: string): void {
    if (this.#state === "gone") return;
    // Who left has not got lost as well.
    if (this.#place !== "left") this.#place = how;
    this.#departedAt = performance.now();
    this.#line.endRelay(why);
    if (this.#state !== "joined") void this.#end(why);
    else if (this.#paths.current === null) this.#linkLess(why);
  }

  /**
   * The road has nothing to do with it any more: neither its session nor its id there are its own. A link that needs no road and
   * is heard goes on; whoever is not is gone.
   */
  detached(why: string): void {
    this.departed("left", why);
    const { silent } = this.#options.timings;
    if (this.#state !== "gone") this.#timers.set("heard", silent, () => this.#heard(why));
  }

  #heard(why: string): void {
    const { silent } = this.#options.timings;
    if (performance.now() - (this.#paths.current?.heardAt ?? -Infinity) >= silent) return void this.#end(why);
    this.#timers.set("heard", silent, () => this.#heard(why));
  }

  /** Tells the viewer why and ends it; settles when all of it is freed. */
  async close(type: "refused" | "end", why: string): Promise<void> {
    if (this.#state !== "gone") this.#line.send({ kind: "control", control: { type, why } });
    await this.#end(why);
  }

  #control(control: Control): void {
    switch (control.type) {
      case "hello":
        return void this.#greeted(control);
      case "renegotiate":
        if (this.#state === "joined" && this.#place === "here") this.#paths.wish(control.why, control.bridge);
        return;
      case "relay":
        return this.#paths.relayTaken();
      case "wait":
      case "refused":
      case "end":
        return; // a host's words: nothing of a viewer's
    }
  }

  async #greeted(hello: Extract<Control, { type: "hello" }>): Promise<void> {
    if (this.#state !== "greeting") return;
    this.#state = "approving";
    this.#timers.clear("hello");
    const viewer: Viewer = { peer: this.id, role: this.role, name: hello.name };
    if (!this.#paths.setMeans(hello)) {
      return void this.close("refused", NO_COMMON_PATH);
    }
    if (this.#options.approve && !await this.#approved(this.#options.approve, viewer)) {
      return void this.close("refused", "the host did not approve");
    }
    // It may have left while the person thought.
    if (this.#state !== "approving") return;
    this.#state = "joined";
    this.#options.joined(viewer);
    // Nobody waited for a person's answer, so the viewer is on the relay and has said the session's first words there.
    if (hello.bridge && !this.#options.approve) this.#paths.bridge();
    this.#paths.connect("joined", "first");
  }

  async #approved(approve: Approve, viewer: Viewer): Promise<boolean> {
    this.#line.send({ kind: "control", control: { type: "wait", why: "the host has to approve" } });
    try {
      return await approve(viewer, this.#gone.signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this.#options.log("error", `Nobody could be asked about viewer ${this.peer}: ${why}`);
      return false;
    }
  }

  #linkLost(detail: string): void {
    if (this.#state === "gone") return;
    if (this.#place === "here") this.#paths.connect(detail, "soon");
    else this.#linkLess(detail);
  }

  /** Neither on the road nor on a link. While our own road is down it may be waiting for us: time does not count then. */
  #linkLess(why: string): void {
    if (this.#place === "left") return void this.#end(why);
    if (this.#place === "unknown" || this.#timers.has("forget")) return;
    this.#timers.set("forget", this.#options.timings.forget, () => void this.#end(why));
  }

  async #end(why: string): Promise<void> {
    const before = this.#state;
    this.#state = "gone";
    this.#timers.clearAll();
    this.#gone.abort();
    this.#line.endRelay(why);
    const closed = this.#paths.close(why);
    if (before !== "gone") this.#options.gone(why, before === "joined");
    await closed;
  }
}
