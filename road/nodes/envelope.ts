/**
 * Messages between nodes: `version (1) | kind (1) | sender's node id (8 ASCII) | guest (4, big endian) | payload`. A *guest* is a peer
 * whose socket is on another node than its session; the node of its socket numbers it.
 */

/**
 * First the kinds sent to the node that holds the session, then those sent by it. The payload is JSON, except for `bytes`, and empty where
 * none is listed.
 */
export const KINDS = [
  ...["join", "said", "gone", "left"],
  ...["seated", "refused", "told", "error", "pause", "close"],
  ...["bytes", "relayed", "beat", "dead"],
] as readonly Kind[];

export type Kind =
  /** `{name, message, from}`: a guest asks to join; `from` is its address, as limits count it. */
  | "join"
  /** A client message of a joined guest. */
  | "said"
  /** The guest's socket is lost. */
  | "gone"
  /** The guest said goodbye. */
  | "left"
  /** `{session, peer, role, proven, resumed}`: the guest has joined. */
  | "seated"
  /** `{code, message, hint}`: the join was refused. */
  | "refused"
  /** A road message for the guest. */
  | "told"
  /** `{code, message, hint}`: a message of the guest was refused. */
  | "error"
  /** `{ms}`: the guest should pause. */
  | "pause"
  /** `{code, reason}`: close the guest's socket. */
  | "close"
  /** Relayed bytes, from the guest and to it. */
  | "bytes"
  | "relayed"
  /** Sent to oneself: proves the path through Redis. */
  | "beat"
  /** A node id: that node receives nothing any more. */
  | "dead";

export interface Envelope {
  readonly kind: Kind;
  readonly from: string;
  readonly guest: number;
  readonly payload: Uint8Array;
}

const VERSION = 1;
const HEADER = 14;
const NODE = /^[a-z2-7]{8}$/;
const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes header and payload in one buffer; the payload is copied. */
export function seal({ kind, from, guest, payload }: Envelope): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  bytes[0] = VERSION;
  bytes[1] = KINDS.indexOf(kind);
  bytes.set(utf8.encode(from), 2);
  new DataView(bytes.buffer).setUint32(10, guest);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Decodes a message; null if it has not this version's form: nodes of two versions can coexist during an update. */
export function unseal(bytes: Uint8Array): Envelope | null {
  const kind = KINDS[bytes[1] ?? KINDS.length];
  if (bytes.length < HEADER || bytes[0] !== VERSION || kind === undefined) return null;
  const from = decoder.decode(bytes.subarray(2, 10));
  if (!NODE.test(from)) return null;
  const guest = new DataView(bytes.buffer, bytes.byteOffset).getUint32(10);
  return { kind, from, guest, payload: bytes.subarray(HEADER) };
}

/** The JSON of a value, in UTF-8. */
export function packed(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

/** The value of JSON in UTF-8. Throws SyntaxError. */
export function unpacked(payload: Uint8Array): unknown {
  return JSON.parse(decoder.decode(payload));
}
