/** One session: a host, its viewers, and the signals and bytes between them. */
import type { NegotiationState, PeerId, RoadMessage, Signal } from "../../transport/schema/signal.ts";
import { HOST_PEER } from "../../transport/schema/signal.ts";
import { steady } from "../clock.ts";
import { CLOSE } from "../close_codes.ts";
import { addressToken } from "./address_token.ts";
import type { Context } from "../context.ts";
import { Negotiation, type Side } from "../negotiation/negotiation.ts";
import { TokenBucket } from "../../transport/token_bucket.ts";
import { Peer, type Wire } from "./peer.ts";
import { Refused } from "../refused.ts";
import { RelayShare } from "./relay_share.ts";
import { tellState } from "./state_news.ts";
import { guessAgain, heard } from "./unproved.ts";
import { type Arrival, dropViewer, newViewer, type Viewer } from "./viewer.ts";

/** After `moving`, hosts reconnect within the first span and viewers within the second, in ms: a viewer needs its host to be there. */
export const MOVE_SPAN = 1_000;

/** The fields of `join_success` that the session does not know itself. */
export type Welcome = Omit<Extract<RoadMessage, { type: "join_success" }>, "session" | "peer" | "peers">;

/** One session on this node. */
export class Session {
  readonly host: Peer;
  readonly viewers = new Map<PeerId, Viewer>();
  /** Monotonic ms. */
  readonly openedAt = steady();
  /** When the host last arrived; monotonic ms. */
  hostSince = 0;
  /** Bytes relayed, both ways. */
  relayed = 0;
  /** The rates of the host, and of all viewers together. */
  readonly relayRates: { readonly host: TokenBucket; readonly viewers: TokenBucket };
  /** When a peer last sent anything but a ping; monotonic ms. */
  activeAt = steady();

  constructor(
    readonly id: string,
    tokenHash: Uint8Array,
    readonly context: Context,
    readonly onend: (session: Session) => void,
  ) {
    this.host = new Peer(HOST_PEER, tokenHash);
    const rate = () => new TokenBucket(context.settings.limits.relayRate, performance.now());
    this.relayRates = { host: rate(), viewers: rate() };
  }

  /** The host arrived, for the first time or again. */
  attachHost(wire: Wire, welcome: Welcome): void {
    this.#replace(this.host);
    this.host.attach(wire);
    this.hostSince = steady();
    const told = [...this.viewers.values()].filter((viewer) => viewer.peer.wire !== null && !viewer.arrival);
    wire.send({ ...welcome, session: this.id, peer: HOST_PEER, peers: told.map((viewer) => viewer.peer.id) });
    for (const viewer of this.viewers.values()) {
      viewer.peer.wire?.send({ type: "peer_joined", peer: HOST_PEER, resumed: true });
      this.#announce(viewer);
      this.#flush(viewer, "host");
    }
  }

  /** Adds a viewer; {@link attachViewer} follows. */
  addViewer(id: PeerId, tokenHash: Uint8Array): Viewer {
    const negotiation = new Negotiation(this.context.settings.answerTime, steady(), this.context.kept);
    const share = new RelayShare(this.context.settings.limits.relayEach, performance.now());
    const viewer = newViewer(new Peer(id, tokenHash), negotiation, share);
    if (this.host.wire !== null) negotiation.attach("host");
    this.viewers.set(id, viewer);
    return viewer;
  }

  /** The viewer arrived, for the first time or again. */
  attachViewer(viewer: Viewer, wire: Wire, welcome: Welcome, arrival: Arrival): void {
    const { peer } = viewer;
    this.#replace(peer);
    peer.attach(wire);
    const peers = this.host.wire === null ? [] : [HOST_PEER];
    wire.send({ ...welcome, session: this.id, peer: peer.id, peers });
    // A host that was not told of the viewer yet is told of its first arrival, with the newest hello.
    viewer.arrival = {
      hello: arrival.hello ?? viewer.arrival?.hello,
      resumed: arrival.resumed && (viewer.arrival?.resumed ?? true),
      from: arrival.from,
    };
    viewer.address = arrival.from;
    if (arrival.hello !== undefined) viewer.guesses++;
    this.#announce(viewer);
    if (!arrival.resumed) tellState(this, viewer, "connecting");
    this.#flush(viewer, "viewer");
  }

  /** A peer's wire is gone; `left` if it said goodbye. A viewer is kept for `grace` ms. */
  detach(peer: Peer, wire: Wire, left: boolean, grace = this.context.settings.viewerGrace): void {
    if (peer.wire !== wire) return;
    const viewer = this.viewers.get(peer.id);
    if (viewer !== undefined && left) return this.#forget(viewer, "left");
    this.#lost(peer, grace);
  }

  /** Passes a signal on. Throws {@link Refused}. */
  signal(from: Peer, to: PeerId, signal: Signal): void {
    const side: Side = from === this.host ? "host" : "viewer";
    const viewer = this.pair(from, to);
    if (signal.kind !== "pake") heard(this.context, viewer, side);
    else if (side === "viewer") guessAgain(this.context, viewer);
    try {
      const now = steady();
      const { deliver, state } = viewer.negotiation.receive(side, signal, now);
      const target = side === "host" ? viewer.peer : this.host;
      for (const each of deliver) {
        target.wire?.send({ type: "signal", from_peer: from.id, signal: each });
      }
      this.context.metrics.count("signals", `${signal.kind}|${deliver.length > 0 ? "passed" : "kept"}`);
      if (state !== undefined) tellState(this, viewer, state);
    } catch (error) {
      if (error instanceof Refused) this.context.metrics.count("signals", `${signal.kind}|${error.code}`);
      throw error;
    }
  }

  /** A peer reports the state of its negotiation. Throws {@link Refused}. */
  report(from: Peer, about: PeerId, state: NegotiationState): void {
    const viewer = this.pair(from, about);
    heard(this.context, viewer, from === this.host ? "host" : "viewer");
    if (viewer.negotiation.report(state, steady())) tellState(this, viewer, state);
  }

  /** Removes a viewer that has proved nothing, to free its place. */
  putOut(viewer: Viewer, why: string): void {
    const { wire } = viewer.peer;
    this.#forget(viewer, "expired");
    wire?.send({ type: "error", code: "expired", message: why, hint: "join again, with the right code" });
    wire?.close(CLOSE.unproved);
  }

  /** The viewer of the pair `from` and `to`. Throws {@link Refused}. */
  pair(from: Peer, to: PeerId): Viewer {
    if (from !== this.host && to !== HOST_PEER) {
      throw new Refused("unknown_peer", `${to} is no peer of a viewer`, "a viewer sends to host only");
    }
    const id = from === this.host ? to : from.id;
    const viewer = this.viewers.get(id);
    if (viewer === undefined) {
      throw new Refused("unknown_peer", `${id} is not in this session`, "it has left");
    }
    return viewer;
  }

  /** Waits for a host that has not arrived yet, as for one that was lost. */
  await(): void {
    this.host.detach(this.context.settings.sessionTtl, () => this.end("expired"));
  }

  /**
   * Tells every peer to join again: hosts within a second from `after` (ms), viewers within the next one, each at a random moment to spread
   * the load; and closes their wires.
   */
  move(after: number): void {
    const bid = (peer: Peer, from: number) => {
      peer.wire?.send({ type: "moving", after_ms: Math.floor(after + from + Math.random() * MOVE_SPAN) });
      peer.wire?.close(CLOSE.moving);
    };
    bid(this.host, 0);
    for (const { peer } of this.viewers.values()) bid(peer, MOVE_SPAN);
  }

  /** Ends the session: tells every peer, and frees everything. */
  end(reason: "ended" | "expired"): void {
    for (const viewer of this.viewers.values()) {
      const { wire } = viewer.peer;
      wire?.send({ type: "peer_left", peer: HOST_PEER, reason });
      wire?.close(CLOSE.ended);
      dropViewer(viewer);
    }
    this.viewers.clear();
    if (reason === "expired") {
      const hint = "open a new session";
      this.host.wire?.send({ type: "error", code: "expired", message: "the session's time is over", hint });
    }
    this.host.wire?.close(CLOSE.ended);
    this.host.drop();
    this.onend(this);
    const seconds = Math.round((steady() - this.openedAt) / 1000);
    this.context.metrics.count("sessions_ended", reason);
    this.context.log.say({
      event: "session_ended",
      session: this.id,
      reason,
      seconds,
      relayed: this.relayed,
    });
  }

  /** Stops every timer without telling the peers; for a road that closes. */
  drop(): void {
    for (const viewer of this.viewers.values()) dropViewer(viewer);
    this.viewers.clear();
    this.host.drop();
  }

  #replace(peer: Peer): void {
    if (peer.wire === null) return;
    const old = peer.wire;
    this.#lost(peer, this.context.settings.viewerGrace);
    old.close(CLOSE.replaced);
  }

  #lost(peer: Peer, grace: number): void {
    const { settings, log } = this.context;
    log.say({ event: "left", session: this.id, peer: peer.id, reason: "lost" });
    const gone = { type: "peer_left", peer: peer.id, reason: "lost" } as const;
    const viewer = this.viewers.get(peer.id);
    if (viewer === undefined) {
      peer.detach(settings.sessionTtl, () => this.end("expired"));
      for (const { peer: { wire }, negotiation } of this.viewers.values()) {
        negotiation.detach("host", steady());
        wire?.send(gone);
      }
    } else {
      peer.detach(grace, () => this.#forget(viewer, "expired"));
      viewer.negotiation.detach("viewer", steady());
      if (viewer.arrival === null) this.host.wire?.send(gone);
    }
  }

  #forget(viewer: Viewer, reason: "left" | "expired"): void {
    dropViewer(viewer);
    this.viewers.delete(viewer.peer.id);
    if (viewer.arrival === null) this.host.wire?.send({ type: "peer_left", peer: viewer.peer.id, reason });
    this.context.log.say({ event: "left", session: this.id, peer: viewer.peer.id, reason });
  }

  /** Tells the host of a viewer that it does not know yet. */
  #announce(viewer: Viewer): void {
    if (viewer.arrival === null || this.host.wire === null || viewer.peer.wire === null) return;
    const from = addressToken(this.id, viewer.arrival.from);
    this.host.wire.send({ type: "peer_joined", peer: viewer.peer.id, ...viewer.arrival, from });
    viewer.arrival = null;
  }

  /** Delivers the signals that were kept for one side of a pair. */
  #flush(viewer: Viewer, side: Side): void {
    const [target, from] = side === "host" ? [this.host, viewer.peer.id] : [viewer.peer, HOST_PEER];
    for (const signal of viewer.negotiation.attach(side, steady())) {
      target.wire?.send({ type: "signal", from_peer: from, signal });
    }
  }
}
