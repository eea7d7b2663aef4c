/** Peers with a socket on this node whose sessions other nodes hold. */
import type { RoadMessage } from "../../transport/schema/signal.ts";
import type { SocketEnd } from "../close_codes.ts";
import type { Wire } from "../sessions/peer.ts";
import type { Admitted, Join } from "../sessions/placement.ts";
import { Refused } from "../refused.ts";
import type { Bus } from "./bus.ts";
import { type Envelope, packed, unpacked } from "./envelope.ts";
import { type Place, RemoteMembership } from "./remote_membership.ts";

/** The time limit for a node to admit a guest, in ms. */
const PATIENCE = 3_000;

export type Answer =
  | { readonly kind: "seated" } & Admitted
  /** The request had no receiver: the node is dead. */
  | { readonly kind: "unheard" }
  /** The node received it and is shutting down, or did not answer. */
  | { readonly kind: "busy" };

/** A request to the node that holds a session; `from` is the guest's address as `limitKey` has it. */
export interface Ask {
  readonly name: string;
  readonly message: Join;
  readonly from: string;
}

interface Visit {
  readonly node: string;
  readonly wire: Wire;
  membership: RemoteMembership | null;
  answer(envelope: Envelope | null): void;
}

/** This node's guests on other nodes. */
export class RemoteJoins {
  readonly #byNumber = new Map<number, Visit>();
  #last = 0;

  /** The nodes that hold sessions of peers here. */
  nodes(): ReadonlySet<string> {
    return new Set([...this.#byNumber.values()].map(({ node }) => node));
  }

  /** Whether `node` holds a session of a peer here. */
  of(node: string): boolean {
    return this.nodes().has(node);
  }

  /** Asks `node` to admit a guest. Rejects with {@link Refused} if it refuses. */
  async join(bus: Bus, node: string, ask: Ask, wire: Wire): Promise<Answer> {
    const guest = this.#last = this.#last % 0xffff_ffff + 1;
    const answered = Promise.withResolvers<Envelope | null>();
    const visit: Visit = { node, wire, membership: null, answer: answered.resolve };
    this.#byNumber.set(guest, visit);
    const timer = setTimeout(() => answered.resolve(null), PATIENCE);
    try {
      if (!await bus.deliver(node, { kind: "join", guest, payload: packed(ask) })) {
        this.#byNumber.delete(guest);
        return { kind: "unheard" };
      }
      const answer = await answered.promise;
      if (answer === null) {
        this.#byNumber.delete(guest);
        bus.send(node, { kind: "gone", guest, payload: new Uint8Array(0) });
        return { kind: "busy" };
      }
      if (answer.kind === "refused") {
        this.#byNumber.delete(guest);
        const { code, message, hint } = unpacked(answer.payload) as Refused;
        if (code === "draining") return { kind: "busy" };
        throw new Refused(code, message, hint);
      }
      const seated = unpacked(answer.payload) as Place & Pick<Admitted, "proven" | "resumed">;
      const membership = visit.membership ?? this.#enter(bus, visit, guest, seated);
      return { kind: "seated", membership, proven: seated.proven, resumed: seated.resumed };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Handles a message of another node to one of its guests here. */
  receive(envelope: Envelope): void {
    const visit = this.#byNumber.get(envelope.guest);
    if (visit?.node !== envelope.from) return;
    const { wire } = visit;
    switch (envelope.kind) {
      case "seated":
      case "refused":
        return visit.answer(envelope);
      case "told":
        return wire.send(unpacked(envelope.payload) as RoadMessage);
      case "relayed":
        return void wire.relay(envelope.payload);
      case "error": {
        const { code, message, hint } = unpacked(envelope.payload) as Refused;
        if (wire.refused) return wire.refused(code, message, hint);
        return wire.send({ type: "error", code, message, ...(hint === undefined ? {} : { hint }) });
      }
      case "pause":
        return wire.pause?.((unpacked(envelope.payload) as { ms: number }).ms);
      case "close":
        return wire.close(unpacked(envelope.payload) as SocketEnd);
      default:
        return;
    }
  }

  /** A node is gone; or, without an argument, all are, because Redis is unreachable. */
  lost(node?: string): void {
    for (const visit of [...this.#byNumber.values()]) {
      if (node !== undefined && visit.node !== node) continue;
      visit.answer(null);
      visit.membership?.lost();
    }
  }

  #enter(bus: Bus, visit: Visit, guest: number, place: Place): RemoteMembership {
    return visit.membership = new RemoteMembership(bus, visit.node, guest, visit.wire, place, () => {
      this.#byNumber.delete(guest);
    });
  }
}
