/**
 * One viewer at the host, from its proved key on: greeting, approval, joined, gone. The key, and so this object, outlives sockets, links
 * and roads.
 */
import type { Access } from "../auth/join_code.ts";
import { HostPaths, type HostPathsOptions } from "./host_paths.ts";
import type { Channel } from "../link.ts";
import type { Seal } from "../auth/seal.ts";
import { type Control, NO_COMMON_PATH } from "../signalling/sealed_content.ts";
import { SealedSignalling } from "../signalling/sealed_signalling.ts";
import type { PeerId, Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** A viewer that proved a secret; `role` follows from the secret. */
export interface Viewer {
  /** Unique among the viewers that are in; usually the viewer's id on the road. */
  readonly peer: string;
  readonly role: Access;
  /** The name that the viewer chose: at most 64 printable characters, may be empty. */
  readonly name: string;
}

export type Approve = (viewer: Viewer, gone: AbortSignal) => Promise<boolean>;

export interface HostPeerOptions extends Omit<HostPathsOptions, "lost"> {
  /** Asks a person; the viewer is told to wait. `gone` aborts when the viewer has left: the question is void then. */
  readonly approve?: Approve;
  readonly joined: (viewer: Viewer) => void;
  /** Called once: the viewer is gone; `joined` says whether it was ever in. */
  readonly gone: (why: string, joined: boolean) => void;
}

/** The state of one viewer at the host. */
export class HostPeer {
  readonly #options: HostPeerOptions;
  readonly #line: SealedSignalling;
  readonly #paths: HostPaths;
  readonly #timers = new Timers();
  readonly #gone = new AbortController();
  #state: "greeting" | "approving" | "joined" | "gone" = "greeting";
  /** The state of the viewer's socket on the road; `unknown` while our own road connection is down. */
  #place: "here" | "lost" | "left" | "unknown" = "here";
  /** When the socket was last reported lost; ms of `performance.now()`. */
  #departedAt = 0;

  /** Whether the secret that it proved is replaced. */
  outdated = false;

  /** `id` is the name in events; `peer` is the id on the road, which the road may assign to another viewer later. */
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
        // The link opened although the road reports the viewer as absent.
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

  /** Whether its place may be given to a new viewer: it seems to have crashed, and is kept only in case it returns. */
  get yields(): boolean {
    if (this.#place === "here" || this.#place === "unknown") return false;
    const heardAt = Math.max(this.#departedAt, this.#paths.current?.heardAt ?? 0);
    return performance.now() - heardAt >= this.#options.timings.silent;
  }

  /** Handles a sealed signal of the viewer. */
  signal(signal: Signal): void {
    if (this.#state === "gone") return;
    const content = this.#line.open(signal);
    if (content === null) return;
    if (content.kind === "control") this.#control(content.control);
    else this.#paths.receive(content);
  }

  relayed(channel: Channel, sealed: Uint8Array): void {
    this.#line.relayed(channel, sealed);
  }

  /** Starts a new connection at the host's own request; the old one stays until the new one is open. */
  renegotiate(why: string): void {
    if (this.#state === "joined" && this.#place === "here") this.#paths.connect(why, "soon");
  }

  /** The viewer's socket is on the road (again). Messages relayed over its old socket are lost. */
  arrived(why: string): void {
    if (this.#state === "gone") return;
    this.#place = "here";
    this.#timers.clear("forget");
    this.#line.endRelay(why);
    if (this.#state === "joined" && this.#paths.current === null) this.#paths.connect(why, "soon");
  }

  /** The viewer's socket is off the road, or (`unknown`) our own is. WebRTC links go on, whatever the road reports. */
  departed(how: "lost" | "left" | "unknown", why: string): void {
    if (this.#state === "gone") return;
    // A viewer that left on purpose is not lost.
    if (this.#place !== "left") this.#place = how;
    this.#departedAt = performance.now();
    this.#line.endRelay(why);
    if (this.#state !== "joined") void this.#end(why);
    else if (this.#paths.current === null) this.#linkLess(why);
  }

  /**
   * The road no longer speaks for this viewer: neither its session nor its id on the road are the viewer's any more. A link that needs no
   * road and delivers messages goes on; otherwise the viewer is gone.
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

  /** Tells the viewer the reason and ends it; settles when everything is freed. */
  async close(type: "refused" | "end", why: string): Promise<void> {
    if (this.#state !== "gone") this.#line.send({ kind: "control", control: { type, why } });
    await this.#end(why);
  }

  #control(control: Control): void {
    switch (control.type) {
      case "hello":
        return void this.#greeted(control);
      case "renegotiate":
        if (this.#state === "joined" && this.#place === "here") {
          this.#paths.request(control.why, control.bridge, control.heard);
        }
        return;
      case "relay":
        return this.#paths.relayTaken();
      case "wait":
      case "refused":
      case "end":
        return; // sent by hosts only; ignored from a viewer
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
    // The viewer may have left while a person was asked.
    if (this.#state !== "approving") return;
    this.#state = "joined";
    this.#options.joined(viewer);
    // No person had to be asked, so the viewer is on the relay already and has sent the session's first messages there.
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
    else if (this.#paths.current === null) this.#linkLess(detail);
  }

  /**
   * The viewer has neither a socket nor a link. While our own road connection is down the viewer may be waiting for us, so the time limit
   * does not run.
   */
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
