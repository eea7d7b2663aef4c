/** Why the road closes a socket: WebSocket close code (RFC 6455, 7.4) and reason. `API.md` lists them for clients. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

export const CLOSE = {
  ended: { code: 1000, reason: "the session is over" },
  moving: { code: 1012, reason: "the road is going away; join again" },
  refused: { code: 4000, reason: "the join was refused" },
  faults: { code: 4001, reason: "too many bad messages" },
  replaced: { code: 4002, reason: "this peer joined again on another socket" },
  unproved: { code: 4004, reason: "the secret was not proved in time" },
  slow: { code: 4003, reason: "too much unread data" },
} as const satisfies Record<string, SocketEnd>;
