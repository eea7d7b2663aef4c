/** Tokens and ids: made here, kept only as hashes, compared in constant time. */
import { Buffer } from "node:buffer";
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** Session ids: 32 characters, none that is read as another (`transport/README.md`). */
const SESSION_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
/** Peer ids: RFC 4648 base32 in lower case. */
const PEER_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PEER_LENGTH = 8;
const SHORTEST_SESSION = 6;
/** So many ids stand for each live session that a scan at the rate that `limit_table.ts` leaves one address takes days per find. */
const IDS_PER_SESSION = 2 ** 20;

/**
 * scrypt (RFC 7914) with 256 KiB: 0.6 ms for each session that is opened, or claimed at a road that does not know it; a week of one core for who
 * wants to own one given id.
 */
const SLOW = { N: 256, r: 8, p: 1 };
/** Bytes: one block, which begins with what a shorter one would be. Older builds of Deno refuse fewer than 10. */
const SCRYPT_LENGTH = 32;

/** 128 random bits as 22 characters of base64url. */
export function newToken(): string {
  return Buffer.from(randomBytes(16)).toString("base64url");
}

/** SHA-256 of a token: what the road keeps. A fast hash is right, since a token is not guessable. */
export function hashSecret(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** Whether `token` is the one that was hashed, in a time that does not depend on where they differ. */
export function fits(token: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(token), hash);
}

/** How long a session id must be while `live` sessions are there, in characters of 5 bits. */
export function sessionIdLength(live: number): number {
  return Math.max(SHORTEST_SESSION, Math.ceil(Math.log2(Math.max(1, live) * IDS_PER_SESSION) / 5));
}

/** An id and the token that proves it. */
export interface Claim {
  readonly id: string;
  readonly token: string;
}

/** A new session, of which the id is not `taken`. */
export function newSession(live: number, taken: (id: string) => boolean): Claim {
  return newClaim((token) => sessionIdOf(token, sessionIdLength(live)), taken);
}

/** A new viewer of a session, of which the id is not `taken`. */
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
 * The session id that a host's token stands for: so a road that has forgotten all its sessions gives none to somebody who only knows its id.
 * An id has 30 bits, too few for a quick hash: a table of ids would be made in minutes.
 */
export function sessionIdOf(token: string, length: number): string {
  return text(SESSION_ALPHABET, scryptSync(token, "beach session", SCRYPT_LENGTH, SLOW).subarray(0, length));
}

/** The same for a viewer's token: 40 bits that only the two ends and the road ever see. */
export function peerIdOf(session: string, token: string): string {
  const digest = createHash("sha256").update(`beach peer ${session} ${token}`).digest();
  return text(PEER_ALPHABET, digest.subarray(0, PEER_LENGTH));
}

/** A random id for one of many nodes. */
export function newNodeId(): string {
  return text(PEER_ALPHABET, randomBytes(PEER_LENGTH));
}

/** `alphabet` has 32 characters, so that five bits of a random byte pick each evenly. */
function text(alphabet: string, bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += alphabet[byte & 31];
  return text;
}
