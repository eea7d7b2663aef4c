/** Tokens and ids: created here, kept only as hashes, compared in constant time. */
import { Buffer } from "node:buffer";
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** The alphabet of session ids: 32 characters that are not mistaken for each other (`transport/README.md`). */
const SESSION_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
/** The alphabet of peer ids: RFC 4648 base32 in lower case. */
const PEER_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PEER_LENGTH = 8;
const SHORTEST_SESSION = 6;
/** Ids per live session: a scan at the rate that `limit_table.ts` allows one address takes days per session found. */
const IDS_PER_SESSION = 2 ** 20;

/**
 * scrypt (RFC 7914) with 256 KiB: 0.6 ms for each session that is opened, or claimed at a road that does not know it; one core needs a week
 * to find a token for one given id.
 */
const SLOW = { N: 256, r: 8, p: 1 };
/** The length of its result, in bytes: one block, whose beginning equals a shorter result. Older builds of Deno refuse fewer than 10. */
const SCRYPT_LENGTH = 32;

/** A new token: 128 random bits as 22 characters of base64url. */
export function newToken(): string {
  return Buffer.from(randomBytes(16)).toString("base64url");
}

/** The SHA-256 of a token, which the road keeps. A fast hash is right, since a token cannot be guessed. */
export function hashSecret(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** Whether `hash` is the hash of `token`, compared in constant time. */
export function fits(token: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(token), hash);
}

/** The length of a new session id while `live` sessions exist, in characters of 5 bits. */
export function sessionIdLength(live: number): number {
  return Math.max(SHORTEST_SESSION, Math.ceil(Math.log2(Math.max(1, live) * IDS_PER_SESSION) / 5));
}

/** An id and the token that proves its ownership. */
export interface Claim {
  readonly id: string;
  readonly token: string;
}

/** A new session whose id is not `taken`. */
export function newSession(live: number, taken: (id: string) => boolean): Claim {
  return newClaim((token) => sessionIdOf(token, sessionIdLength(live)), taken);
}

/** A new viewer of a session, whose id is not `taken`. */
export function newViewerClaim(session: string, taken: (id: string) => boolean): Claim {
  return newClaim((token) => peerIdOf(session, token), taken);
}

function newClaim(idOf: (token: string) => string, taken: (id: string) => boolean): Claim {
  for (;;) {
    const token = newToken();
    const id = idOf(token);
    if (!taken(id)) return { id, token };
  }
}

/**
 * The session id that a host's token determines: so a road that has forgotten its sessions gives none to a client that only knows the id.
 * An id has 30 bits, too few for a fast hash: a table of all ids would take minutes.
 */
export function sessionIdOf(token: string, length: number): string {
  return text(SESSION_ALPHABET, scryptSync(token, "beach session", SCRYPT_LENGTH, SLOW).subarray(0, length));
}

/** The viewer id that a viewer's token determines: 40 bits that only the two peers and the road ever see. */
export function peerIdOf(session: string, token: string): string {
  const digest = createHash("sha256").update(`beach peer ${session} ${token}`).digest();
  return text(PEER_ALPHABET, digest.subarray(0, PEER_LENGTH));
}

/** A random id for a node among several. */
export function newNodeId(): string {
  return text(PEER_ALPHABET, randomBytes(PEER_LENGTH));
}

/** `alphabet` has 32 characters, so five bits of a random byte choose each with the same probability. */
function text(alphabet: string, bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += alphabet[byte & 31];
  return text;
}
