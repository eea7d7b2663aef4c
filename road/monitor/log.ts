/**
 * The road's log for its operator: one event per line of JSON. No event has a field that could contain a secret, a token, the data of a
 * signal or a relayed byte.
 */
import type { ErrorCode, NegotiationState, PeerId, PeerRole } from "../../transport/schema/signal.ts";

type Left = "left" | "lost" | "expired" | "ended";

/** `address` is present only with `logAddresses`. */
type Happening =
  | { readonly event: "listening"; readonly url: string }
  | { readonly event: "session_opened"; readonly session: string; readonly claimed: boolean }
  | {
    readonly event: "session_ended";
    readonly session: string;
    readonly reason: "ended" | "expired";
    readonly seconds: number;
    readonly relayed: number;
  }
  | {
    readonly event: "joined";
    readonly session: string;
    readonly peer: PeerId;
    readonly resumed: boolean;
    readonly address?: string;
  }
  | { readonly event: "left"; readonly session: string; readonly peer: PeerId; readonly reason: Left }
  | {
    readonly event: "join_refused";
    readonly role?: PeerRole;
    readonly code: ErrorCode;
    readonly address?: string;
  }
  | {
    readonly event: "state";
    readonly session: string;
    readonly peer: PeerId;
    readonly state: NegotiationState;
  }
  | { readonly event: "refused"; readonly session: string; readonly peer: PeerId; readonly code: ErrorCode }
  | { readonly event: "slow_reader"; readonly session: string; readonly peer: PeerId }
  | { readonly event: "redis"; readonly up: boolean; readonly why?: string }
  | { readonly event: "node_gone"; readonly node: string }
  | { readonly event: "certificate"; readonly result: "reloaded" | "refused"; readonly why?: string }
  | {
    readonly event: "connections_full";
    readonly limit: "connections" | "connections_address";
    readonly open: number;
    readonly most: number;
    /** Since the start: new connections that were refused, and older ones that were closed for new ones. */
    readonly refused: number;
  }
  | { readonly event: "listening_again"; readonly url: string }
  | { readonly event: "moving"; readonly sockets: number }
  | { readonly event: "fault"; readonly what: string }
  | { readonly event: "closed" };

/** `time` in ms since 1970. */
export type RoadEvent = Happening & { readonly time: number };

/** Adds the time to each event and hands it on. */
export class Log {
  constructor(readonly sink: (event: RoadEvent) => void, readonly addresses: boolean) {}

  /** Logs an event now. */
  say(event: Happening): void {
    this.sink({ time: Date.now(), ...event });
  }

  /** `{address}` if addresses may be logged, otherwise `{}`. */
  address(address: string): { address?: string } {
    return this.addresses ? { address } : {};
  }
}
