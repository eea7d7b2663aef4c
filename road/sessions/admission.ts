/**
 * Joins, however they arrive (a socket, HTTP, another node): charges the address, finds the session wherever it is held, and makes a
 * {@link Membership} in it.
 */
import { limitKey } from "../client_address.ts";
import type { Context } from "../context.ts";
import { join } from "./join_rules.ts";
import { TokenBuckets } from "../../transport/token_bucket.ts";
import type { Wire } from "./peer.ts";
import type { Admitted, Join, LocalSessions, Placement } from "./placement.ts";
import { Refused } from "../refused.ts";
import type { Claim } from "./tokens.ts";
import { LocalMembership, type Membership } from "./membership.ts";
import type { Sessions } from "./sessions.ts";

/** The price of a join in tokens of its address; `API.md` ("Joins by address"). */
const PRICE = { join: 1, open: 2, refused: 5 } as const;
/** Refusals that are not the client's fault. */
const BLAMELESS = new Set(["rate_limited", "draining", "unavailable"]);

/** Admits peers to the sessions of this road. */
export class Admission implements LocalSessions {
  /** The road is shutting down: no joins any more. */
  draining = false;
  readonly #joins: TokenBuckets;

  constructor(readonly context: Context, readonly sessions: Sessions, readonly nodes: Placement | null) {
    this.#joins = new TokenBuckets(context.settings.limits.joins);
  }

  /**
   * Joins `wire` to the session `name` (`new`, or an id), charged to `address`. Returns a promise only where another node is involved.
   * Throws (or rejects with) {@link Refused}.
   */
  join(message: Join, name: string, wire: Wire, address: string): Membership | Promise<Membership> {
    const bucket = this.#joins.of(limitKey(address), performance.now());
    const price = message.role === "host" ? PRICE.open : PRICE.join;
    const { metrics, log } = this.context;
    const admitted = ({ membership, proven, resumed }: Admitted): Membership => {
      if (proven) bucket.refund(performance.now(), price);
      metrics.count("joins", `${message.role}|${resumed ? "resumed" : "ok"}`);
      log.say({
        event: "joined",
        session: membership.session,
        peer: membership.peer,
        resumed,
        ...log.address(address),
      });
      return membership;
    };
    const refused = (error: unknown): never => {
      if (!(error instanceof Refused)) throw error;
      if (!BLAMELESS.has(error.code)) bucket.charge(performance.now(), PRICE.refused - price);
      if (error.code === "rate_limited") metrics.count("limits", "joins");
      metrics.count("joins", `${message.role}|${error.code}`);
      log.say({ event: "join_refused", role: message.role, code: error.code, ...log.address(address) });
      throw error;
    };
    try {
      if (!bucket.tryConsume(performance.now(), price)) {
        const hint = "wait a few seconds, then try again";
        throw new Refused("rate_limited", "too many joins from this address", hint);
      }
      const result = this.admit(message, name, wire, limitKey(address));
      return result instanceof Promise ? result.then(admitted, refused) : admitted(result);
    } catch (error) {
      return refused(error);
    }
  }

  /** Admits a peer without charge and log; `from` is the address as `limitKey` has it. Throws (or rejects with) {@link Refused}. */
  admit(message: Join, name: string, wire: Wire, from: string): Admitted | Promise<Admitted> {
    if (this.draining) {
      throw new Refused("draining", "this road is going away", "join again in a second");
    }
    if (this.nodes === null || this.sessions.get(name) !== undefined) {
      return this.local(message, name, wire, from);
    }
    return this.nodes.admit(this, message, name, wire, from);
  }

  /** Admits a peer to a session of this node. Throws {@link Refused}. */
  local(message: Join, name: string, wire: Wire, from: string, fresh?: Claim): Admitted {
    const { session, peer, proven, resumed } = join(this.sessions, name, message, wire, from, fresh);
    return { membership: new LocalMembership(this.context, session, peer, wire), proven, resumed };
  }
}
