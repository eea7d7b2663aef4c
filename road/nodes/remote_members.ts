/** Guests on this node: peers of its sessions whose sockets are on other nodes. */
import type { ErrorCode } from "../../transport/schema/signal.ts";
import { CLOSE } from "../close_codes.ts";
import type { Context } from "../context.ts";
import type { LocalSessions } from "../sessions/placement.ts";
import { Refused } from "../refused.ts";
import type { Bus } from "./bus.ts";
import { type Envelope, packed, unpacked } from "./envelope.ts";
import { RemoteWire } from "./remote_wire.ts";
import type { Ask } from "./remote_joins.ts";

/**
 * How long guests that cannot be reached are kept unless they left, in ms: Redis may be down for half a minute, and then everyone
 * reconnects at once. Their WebRTC links go on meanwhile.
 */
const GRACE = 120_000;

/** The guests of this node's sessions. */
export class RemoteMembers {
  /** By node, then by the number that the node assigned. */
  readonly #byNode = new Map<string, Map<number, RemoteWire>>();

  constructor(readonly context: Context) {}

  /** The nodes with guests here. */
  nodes(): readonly string[] {
    return [...this.#byNode.keys()];
  }

  /** Whether `node` has guests here. */
  of(node: string): boolean {
    return this.#byNode.has(node);
  }

  /** Handles a message of another node about one of its peers. */
  receive(bus: Bus, envelope: Envelope, here: LocalSessions): void {
    const { from, guest, kind } = envelope;
    if (kind === "join") return this.#join(bus, envelope, here);
    const wire = this.#byNode.get(from)?.get(guest);
    switch (kind) {
      case "gone":
      case "left":
        return wire?.lost(kind === "left");
      default:
        if (wire !== undefined) return wire.receive(envelope);
        // This node has forgotten the guest (because Redis was down, for example): the guest must join again.
        bus.send(from, { kind: "close", guest, payload: packed(CLOSE.moving) });
    }
  }

  /** The guests of a node that is gone; or, without an argument, of all nodes, because Redis is unreachable. */
  lost(node?: string): void {
    for (const name of node === undefined ? this.nodes() : [node]) {
      for (const wire of [...this.#byNode.get(name)?.values() ?? []]) wire.lost(false, GRACE);
    }
  }

  #join(bus: Bus, { from, guest, payload }: Envelope, here: LocalSessions): void {
    const wires = this.#byNode.get(from) ?? new Map<number, RemoteWire>();
    this.#byNode.set(from, wires);
    const forget = () => {
      if (wires.get(guest) === wire) wires.delete(guest);
      if (wires.size === 0) this.#byNode.delete(from);
    };
    const wire: RemoteWire = new RemoteWire(bus, from, guest, forget, (error) => this.#fault(error));
    wires.set(guest, wire);
    try {
      const { name, message, from: address } = unpacked(payload) as Ask;
      if (here.draining) throw new Refused("draining", "this node is going away", "join again in a second");
      const { membership, proven, resumed } = here.local(message, name, wire, address);
      wire.membership = membership;
      const { session, peer, role } = membership;
      wire.put("seated", packed({ session, peer, role, proven, resumed }));
    } catch (error) {
      if (!(error instanceof Refused)) this.#fault(error);
      const told: { code: ErrorCode; message: string; hint?: string } = error instanceof Refused
        ? { code: error.code, message: error.message, hint: error.hint }
        : { code: "unavailable", message: "the road failed to handle this join" };
      wire.put("refused", packed(told));
      forget();
    }
  }

  #fault(error: unknown): void {
    this.context.log.say({ event: "fault", what: error instanceof Error ? error.name : typeof error });
  }
}
