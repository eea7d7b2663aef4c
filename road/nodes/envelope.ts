/**
 * What nodes say to each other: `version (1) | kind (1) | sender's node id (8 ASCII) | guest (4, big endian) | payload`. A guest's number
 * is given by the node of its socket.
 */

/** Towards the holder of the session, then from it. The payload is JSON but for the bytes, and of those that need none. */
export const KINDS = [
  ...["join", "said", "gone", "left"],
  ...["seated", "refused", "told", "error", "pause", "close"],
  ...["bytes", "relayed", "beat", "dead"],
] as readonly Kind[];

export type Kind =
  /** `{name, message, from}`: a guest wants to join; `from` is its address, cut to what limits count. */
  | "join"
  /** A client message of a seated guest. */
  | "said"
  /** The guest's socket is lost. */
  | "gone"
  /** The guest said goodbye. */
  | "left"
  /** `{session, peer, role, proven, resumed}`: the guest is in. */
  | "seated"
  /** `{code, message, hint}`: it is not. */
  | "refused"
  /** A road message for the guest. */
  | "told"
  /** `{code, message, hint}`: what it said was refused. */
  | "error"
  /** `{ms}`: it should pause. */
  | "pause"
  /** `{code, reason}`: its socket is to be closed. */
  | "close"
  /** Relayed bytes from the guest, and to it. */
  | "bytes"
  | "relayed"
  /** To oneself: the way through Redis works. */
  | "beat"
  /** A node id: nobody hears there any more. */
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

/** One buffer of header and payload; the payload is copied. */
export function seal({ kind, from, guest, payload }: Envelope): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  bytes[0] = VERSION;
  bytes[1] = KINDS.indexOf(kind);
  bytes.set(utf8.encode(from), 2);
  new DataView(bytes.buffer).setUint32(10, guest);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Null for what is no envelope of this version: nodes of two versions can meet during an update. */
export function unseal(bytes: Uint8Array): Envelope | null {
  const kind = KINDS[bytes[1] ?? KINDS.length];
  if (bytes.length < HEADER || bytes[0] !== VERSION || kind === undefined) return null;
  const from = decoder.decode(bytes.subarray(2, 10));
  if (!NODE.test(from)) return null;
  const guest = new DataView(bytes.buffer, bytes.byteOffset).getUint32(10);
  return { kind, from, guest, payload: bytes.subarray(HEADER) };
}

export function packed(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

/** Throws SyntaxError for what is no JSON. */
export function unpacked(payload: Uint8Array): unknown {
  return JSON.parse(decoder.decode(payload));
}
