/** All viewers of a host: proves them at the door, and keeps each one's links. */
import { type Access } from "./code.ts";
import { Door } from "./door.ts";
import { type Approve, HostPeer, type Viewer } from "./host_peer.ts";
import type { Link } from "./link.ts";
import { Listeners } from "./listeners.ts";
import type { Log } from "./log.ts";
import type { PakeRecord } from "./pake.ts";
import { type PathPolicy, type PEER_TIMINGS, peerTimings, type RoadPort } from "./peer_options.ts";
import type { RtcFactory } from "./rtc.ts";
import { Seal } from "./seal.ts";
import type { PeerId, Signal } from "./signal.ts";

export interface HostPolicy extends PathPolicy {
  /** Proved viewers at a time; those whose connection is being rebuilt count. */
  readonly maxViewers: number;
  /** `--approve`: asked once for each viewer. */
  readonly approve?: Approve;
}

export interface HostEvents {
  joined(viewer: Viewer): void;
  /** A link to a viewer is open; it replaces the one before, which closes 2 s later. */
  link(peer: PeerId, link: Link): void;
  left(peer: PeerId, why: string): void;
  /** A wrong secret; `pausedUntil` in ms of `now`, Infinity for good, null while joining is open. */
  guess(failures: number, pausedUntil: number | null): void;
}

export interface HostPeersOptions {
  /** Joined as the host of `session`. */
  readonly road: RoadPort;
  readonly session: string;
  readonly records: { readonly write?: PakeRecord; readonly view?: PakeRecord };
  /** Null: no WebRTC here, as with `forceWebsocket`. */
  readonly rtc: RtcFactory | null;
  readonly policy: HostPolicy;
  readonly log: Log;
  readonly now?: () => number;
  readonly timings?: Partial<typeof PEER_TIMINGS>;
}

export class HostPeers {
  readonly #options: HostPeersOptions;
  readonly #timings: typeof PEER_TIMINGS;
  readonly #events = new Listeners<HostEvents>();
  readonly #door: Door;
  readonly #peers = new Map<PeerId, HostPeer>();
  readonly #ending = new Set<Promise<void>>();
  readonly #stop: () => void;
  #closed = false;
  /** Our address changed, and the road was not joined from the new one yet. */
  #moved = false;

  constructor(options: HostPeersOptions) {
    this.#options = options;
    this.#timings = peerTimings(options.timings);
    const { road, session, records, log, now = Date.now } = options;
    this.#door = new Door({
      session,
      records,
      patience: this.#timings.guess,
      now,
      log,
      room: (peer) => this.#peers.has(peer) || !this.#full || this.#yielding !== undefined,
      send: (peer, negotiation, data) => void road.signal(peer, { kind: "pake", negotiation, data }),
      proved: (peer, access, key, negotiation) => this.#proved(peer, access, key, negotiation),
      guess: (failures, until) => this.#events.emit((to) => to.guess?.(failures, until)),
    });
    this.#stop = road.listen({
      joined: ({ peers }) => this.#roadBack(peers),
      down: () => this.#roadDown("our road was lost"),
      ended: () => this.#roadDown("our road ended"),
      peerJoined: (peer, hello) => this.#arrived(peer, hello),
      peerLeft: (peer, reason) => this.#left(peer, reason),
      signal: (peer, signal) => this.#signal(peer, signal),
      relayed: ({ peer, channel, sealed }) => this.#peers.get(peer)?.relayed(channel, sealed),
    });
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<HostEvents>): () => void {
    return this.#events.add(events);
  }

  /** Viewers that are in. */
  get count(): number {
    return [...this.#peers.values()].filter((peer) => peer.joined).length;
  }

  /** Signals and relayed messages of present viewers that were forged, replayed or malformed. */
  get dropped(): number {
    return [...this.#peers.values()].reduce((sum, peer) => sum + peer.dropped, 0);
  }

  /** A link went quiet: builds a fresh one beside it. */
  renegotiate(peer: PeerId, why: string): void {
    this.#options.road.probe();
    this.#peers.get(peer)?.renegotiate(why);
  }

  /** Our address changed: the links over the old one are dead, so each viewer gets a fresh one once the road is joined from the new one. */
  moved(): void {
    this.#moved = true;
    this.#options.road.probe(true);
  }

  /** Puts one viewer out. */
  async kick(peer: PeerId, why: string): Promise<void> {
    await this.#peers.get(peer)?.close("end", why);
  }

  /** Tells every viewer why, closes every link, and stops listening; settles when all is freed. The road stays the caller's. */
  async close(why: string): Promise<void> {
    this.#closed = true;
    this.#stop();
    this.#door.close();
    await Promise.all([...this.#peers.values()].map((peer) => peer.close("end", why)));
    await Promise.all(this.#ending);
  }

  #proved(peer: PeerId, access: Access, key: Uint8Array, negotiation: number): void {
    // The same peer id with another key: the viewer lost its memory. Its older self ends.
    const before = this.#peers.get(peer);
    if (before) this.#end(before, "it logged in again");
    // Only one who has proved the secret takes another's place.
    if (this.#full && this.#yielding) this.#end(this.#yielding, "its place was given to somebody new");
    if (this.#full) {
      return this.#door.refuse(peer, negotiation, "full");
    }
    const { session, road, rtc, policy, log } = this.#options;
    const seal = new Seal({ key, session, viewer: peer, role: "host" });
    const entry: HostPeer = new HostPeer(peer, access, seal, {
      road,
      rtc,
      policy,
      timings: this.#timings,
      log,
      ...(policy.approve && { approve: policy.approve }),
      joined: (viewer) => this.#events.emit((to) => to.joined?.(viewer)),
      link: (link) => this.#events.emit((to) => to.link?.(peer, link)),
      gone: (why, joined) => this.#gone(entry, joined, why),
    });
    this.#peers.set(peer, entry);
    this.#vouch(peer);
  }

  /** Tells the road that this viewer is one of ours, which gives its seat to nobody then; any `state` does. */
  #vouch(peer: PeerId): void {
    this.#options.road.state(peer, "connecting");
  }

  get #full(): boolean {
    return this.#peers.size >= this.#options.policy.maxViewers;
  }

  get #yielding(): HostPeer | undefined {
    return [...this.#peers.values()].find((peer) => peer.yields);
  }

  #gone(entry: HostPeer, joined: boolean, why: string): void {
    const { peer } = entry;
    if (this.#peers.get(peer) === entry) this.#peers.delete(peer);
    if (joined) this.#events.emit((to) => to.left?.(peer, why));
  }

  #end(entry: HostPeer, why: string): void {
    const ending: Promise<void> = entry.close("end", why).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #signal(peer: PeerId, signal: Signal): void {
    if (signal.kind === "pake") return this.#door.take(peer, signal);
    const entry = this.#peers.get(peer);
    if (entry) entry.signal(signal);
    else if (signal.kind === "control") this.#door.refuse(peer, signal.negotiation, "unknown");
  }

  #arrived(peer: PeerId, hello: Signal | undefined): void {
    const entry = this.#peers.get(peer);
    if (entry) {
      this.#vouch(peer);
      entry.arrived("it joined the road again");
    }
    if (hello) this.#door.take(peer, hello);
  }

  #left(peer: PeerId, reason: "left" | "lost" | "expired" | "ended"): void {
    this.#door.left(peer);
    this.#peers.get(peer)?.departed(reason === "lost" ? "lost" : "left", `its road connection: ${reason}`);
  }

  #roadDown(why: string): void {
    if (this.#closed) return;
    for (const entry of [...this.#peers.values()]) entry.departed("unknown", why);
  }

  #roadBack(peers: readonly PeerId[]): void {
    const moved = this.#moved;
    this.#moved = false;
    for (const [peer, entry] of [...this.#peers]) {
      if (peers.includes(peer)) {
        this.#vouch(peer);
        entry.arrived("our road is back");
        if (moved) entry.renegotiate("the host's address changed");
      } else entry.departed("lost", "our road is back, it is not there");
    }
  }
}
