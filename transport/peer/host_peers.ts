/** All viewers of a host: handles their logins, and keeps each one's links, also when the host moves to another session of a road. */
import type { Access } from "../auth/join_code.ts";
import type { Entrance, HostEvents, HostPeersOptions } from "./host_events.ts";
import { freeId, HostDoor } from "./host_door.ts";
import { HostPeer } from "./host_peer.ts";
import { Listeners } from "../listeners.ts";
import { type PEER_TIMINGS, peerTimings } from "../timings.ts";
import { Seal } from "../auth/seal.ts";
import type { PeerId, Signal } from "../schema/signal.ts";

/** All viewers of a host, from login to the end. */
export class HostPeers {
  readonly #options: HostPeersOptions;
  readonly #timings: typeof PEER_TIMINGS;
  readonly #events = new Listeners<HostEvents>();
  /** All viewers that are not gone, by their names in events. */
  readonly #entries = new Map<string, HostPeer>();
  /** Viewers that the road's messages concern, by their ids there. */
  readonly #here = new Map<PeerId, HostPeer>();
  readonly #ending = new Set<Promise<void>>();
  #entrance: Entrance;
  readonly #door: HostDoor;
  #stop: () => void;
  #closed = false;
  /** Our address changed, and the road was not joined from the new one yet. */
  #moved = false;

  constructor(options: HostPeersOptions) {
    this.#options = options;
    this.#timings = peerTimings(options.timings);
    this.#entrance = options;
    this.#door = new HostDoor(options, {
      patience: this.#timings.guess,
      now: options.now ?? (() => performance.now()),
      log: options.log,
      room: (peer) => this.#here.has(peer) || (this.#spare && (!this.#full || this.#yielding !== undefined)),
      proved: (...about) => this.#proved(...about),
      failed: (failures) => this.#events.emit((to) => to.guess?.(failures)),
      spent: (access, failures) => {
        this.#outdate(access);
        return options.renew?.(access, failures) ?? null;
      },
    });
    this.#stop = this.#listen();
  }

  /** Viewers join elsewhere from now on. Present ones stay as long as their links that need no road. */
  enter(entrance: Entrance): void {
    this.#stop();
    for (const entry of [...this.#here.values()]) this.#detach(entry, "the session moved on the road");
    for (const access of ["write", "view"] as const) this.#outdate(access);
    this.#entrance = entrance;
    this.#door.enter(entrance);
    this.#stop = this.#listen();
  }

  #listen(): () => void {
    return this.#entrance.road.listen({
      joined: ({ peers }) => this.#roadBack(peers),
      down: () => this.#roadDown("our road was lost"),
      ended: () => this.#roadDown("our road ended"),
      peerJoined: (peer, hello, _resumed, from) => this.#arrived(peer, hello, from),
      peerLeft: (peer, reason) => this.#left(peer, reason),
      signal: (peer, signal) => this.#signal(peer, signal),
      relayed: ({ peer, channel, sealed }) => this.#here.get(peer)?.relayed(channel, sealed),
    });
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<HostEvents>): () => void {
    return this.#events.add(events);
  }

  /** Viewers that are in. */
  get count(): number {
    return [...this.#entries.values()].filter((peer) => peer.joined).length;
  }

  /** Signals and relayed messages of present viewers that were forged, replayed or malformed. */
  get dropped(): number {
    return [...this.#entries.values()].reduce((sum, peer) => sum + peer.dropped, 0);
  }

  /** Wrong guesses at a role's secret since the start. */
  failures(access: Access): number {
    return this.#door.failures(access);
  }

  /** Whether nobody new is let in. Who is in stays. */
  get locked(): boolean {
    return this.#door.locked;
  }

  set locked(locked: boolean) {
    this.#door.locked = locked;
  }

  /**
   * These roles have other secrets: the old ones let nobody in any more, nor whoever has proved one and was not let in by now. Who is in stays.
   */
  replace(records: Entrance["records"]): void {
    for (const access of ["write", "view"] as const) {
      const record = records[access];
      if (record === undefined) continue;
      this.#door.renew(access, record);
      for (const entry of this.#outdate(access).filter(({ joined }) => !joined)) {
        this.#end(entry, "the host has made new codes", "refused");
      }
    }
  }

  #outdate(access: Access): HostPeer[] {
    const entries = [...this.#entries.values()].filter(({ role }) => role === access);
    for (const entry of entries) entry.outdated = true;
    return entries;
  }

  /** The role whose secret, as it is now, a viewer has proved: with that it could come back. Undefined if that secret was replaced. */
  opens(peer: string): Access | undefined {
    const entry = this.#entries.get(peer);
    return entry && !entry.outdated ? entry.role : undefined;
  }

  /** Tells a viewer the reason and ends it; {@link HostEvents.left} follows. */
  kick(peer: string, why: string): void {
    const entry = this.#entries.get(peer);
    if (entry) this.#end(entry, why);
  }

  /** Our address changed: links over the old one are dead, so each viewer gets a new one once the road is joined from the new one. */
  moved(): void {
    this.#moved = true;
    this.#entrance.road.probe(true);
  }

  /** Tells every viewer the reason, closes every link, stops listening; settles when everything is freed. The road stays open. */
  async close(why: string): Promise<void> {
    this.#closed = true;
    this.#stop();
    this.#door.close();
    await Promise.all([...this.#entries.values()].map((peer) => peer.close("end", why)));
    await Promise.all(this.#ending);
  }

  #proved(peer: PeerId, access: Access, key: Uint8Array, negotiation: number): void {
    // The door was locked while the login was on its way.
    if (this.locked) return this.#door.refuse(peer, negotiation, "locked");
    // The same peer id with another key: a viewer that lost its state, or a road that assigns one viewer's id to another.
    const before = this.#here.get(peer);
    if (before) this.#detach(before, "somebody logged in with its id");
    // Only a viewer that has proved the secret can replace another.
    if (this.#full && this.#yielding) this.#end(this.#yielding, "its place was given to somebody new");
    if (this.#full || (!before && !this.#spare)) {
      return this.#door.refuse(peer, negotiation, "full");
    }
    const { road, session } = this.#entrance;
    const { rtc, policy, log } = this.#options;
    const id = freeId(peer, this.#entries);
    const seal = new Seal({ key, session, viewer: peer, role: "host" });
    const entry: HostPeer = new HostPeer({ id, peer, role: access }, seal, {
      ...{ road, rtc, policy, timings: this.#timings, log },
      ...(policy.approve && { approve: policy.approve }),
      joined: (viewer) => this.#events.emit((to) => to.joined?.(viewer)),
      link: (link) => this.#events.emit((to) => to.link?.(id, link)),
      heardSince: (time) => this.#options.heardSince?.(id, time) ?? false,
      gone: (why, joined) => this.#gone(entry, joined, why),
    });
    this.#entries.set(id, entry);
    this.#here.set(peer, entry);
    this.#vouch(peer);
  }

  /** Tells the road that this viewer is a member, so that the road keeps its place; any `state` does. */
  #vouch(peer: PeerId): void {
    this.#entrance.road.state(peer, "connecting");
  }

  /** The road's messages do not concern this viewer any more. */
  #detach(entry: HostPeer, why: string): void {
    this.#here.delete(entry.peer);
    entry.detached(why);
  }

  get #full(): boolean {
    return this.#entries.size >= this.#options.policy.maxViewers;
  }

  get #spare(): boolean {
    return this.#options.policy.spare?.() ?? true;
  }

  get #yielding(): HostPeer | undefined {
    return [...this.#entries.values()].find((peer) => peer.yields);
  }

  #gone(entry: HostPeer, joined: boolean, why: string): void {
    const { id, peer } = entry;
    this.#entries.delete(id);
    if (this.#here.get(peer) === entry) this.#here.delete(peer);
    if (joined) this.#events.emit((to) => to.left?.(id, why));
  }

  #end(entry: HostPeer, why: string, type: "end" | "refused" = "end"): void {
    const ending: Promise<void> = entry.close(type, why).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #signal(peer: PeerId, signal: Signal): void {
    if (signal.kind === "pake") return this.#door.receive(peer, signal);
    const entry = this.#here.get(peer);
    if (entry) entry.signal(signal);
    else if (signal.kind === "control") this.#door.refuse(peer, signal.negotiation, "unknown");
  }

  #arrived(peer: PeerId, hello: Signal | undefined, from: string | undefined): void {
    this.#door.arrived(peer, from);
    const entry = this.#here.get(peer);
    if (entry) {
      this.#vouch(peer);
      entry.arrived("it joined the road again");
    }
    if (hello) this.#door.receive(peer, hello);
  }

  #left(peer: PeerId, reason: "left" | "lost" | "expired" | "ended"): void {
    this.#door.left(peer);
    this.#here.get(peer)?.departed(reason === "lost" ? "lost" : "left", `its road connection: ${reason}`);
  }

  #roadDown(why: string): void {
    if (this.#closed) return;
    for (const entry of [...this.#here.values()]) entry.departed("unknown", why);
  }

  #roadBack(peers: readonly PeerId[]): void {
    const moved = this.#moved;
    this.#moved = false;
    for (const [peer, entry] of [...this.#here]) {
      if (peers.includes(peer)) {
        this.#vouch(peer);
        entry.arrived("our road is back");
        if (moved) entry.renegotiate("the host's address changed");
      } else entry.departed("lost", "our road is back, it is not there");
    }
  }
}
