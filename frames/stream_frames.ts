/** What is said about an opened stream, one of those with ids from {@link FIRST_STREAM} on. `WIRE.md` has their form, `session/streams/README.md` the rules. */

/** Ids below belong to the streams that every session has. The viewer opens even ids, the host odd ones. */
export const FIRST_STREAM = 16;
/** A service's name; characters. */
export const MAX_SERVICE = 64;
/** What a service is told in `Open`; bytes. */
export const MAX_HEAD = 16 * 1024;
/** The code of a `Reset`; characters. Its message is a line, as elsewhere. */
export const MAX_CODE = 32;

/** A stream for `service` begins; `limit`: the other end may send up to this offset. */
export interface StreamOpen {
  readonly type: "Open";
  readonly stream: number;
  readonly service: string;
  readonly head: Uint8Array;
  readonly limit: number;
}

/** The bytes `[base, base + data.length)` of the sender's half. */
export interface StreamData {
  readonly type: "Data";
  readonly stream: number;
  readonly base: number;
  readonly data: Uint8Array;
}

/** The sender's half ends at offset `size`. */
export interface StreamEnd {
  readonly type: "End";
  readonly stream: number;
  readonly size: number;
}

/** All below `have` has come, in order (the `End` has offset `size`); the other end may send up to offset `limit`. */
export interface StreamCredit {
  readonly type: "Credit";
  readonly stream: number;
  readonly have: number;
  readonly limit: number;
}

/** The stream is over, both ways. */
export interface StreamReset {
  readonly type: "Reset";
  readonly stream: number;
  readonly code: string;
  readonly message: string;
}

export type StreamFrame = StreamOpen | StreamData | StreamEnd | StreamCredit | StreamReset;
