/**
 * What a road tells its operator: one event a line of JSON. No event has a field that could hold a secret, a token, the
 * data of a signal or a relayed byte.
 */
import type { ErrorCode, NegotiationState, PeerId, PeerRole } from "../../transport/schema/signal.ts";

type Left = "left" | "lost" | "expired" | "ended";

/** `address` is there only where `logAddresses` was asked for. */
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
    /** Since the start: newcomers that found no room, and older ones that gave way. */
    readonly refused: number;
  }
  | { readonly event: "listening_again"; readonly url: string }
  | { readonly event: "moving"; readonly sockets: number }
  | { readonly event: "fault"; readonly what: string }
  | { readonly event: "closed" };

/** `time` in ms since 1970. */
export type RoadEvent = Happening & { readonly time: number };

/** Takes events as they happen and hands them on with their time. */
export class Log {
  constructor(readonly sink: (event: RoadEvent) => void, readonly addresses: boolean) {}

  say(event: Happening): void {
    this.sink({ time: Date.now(), ...event });
  }

  /** `{address}` if addresses may be logged. */
  address(address: string): { address?: string } {
    return this.addresses ? { address } : {};
  }
}
