/** Tokens and ids: made here, kept only as hashes, compared in constant time. */
import { Buffer } from "node:buffer";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Session ids: 32 characters, none that is read as another (`transport/README.md`). */
const SESSION_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
/** Peer ids: RFC 4648 base32 in lower case. */
const PEER_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PEER_LENGTH = 8;
const SHORTEST_SESSION = 6;
/** So many ids stand for each live session that a scan at the rate that `limits.ts` leaves one address takes days per find. */
const IDS_PER_SESSION = 2 ** 20;

/** 128 random bits as 22 characters of base64url. */
export function newToken(): string {
  return Buffer.from(randomBytes(16)).toString("base64url");
}

/** The shortest token that may claim what the road does not know: what 128 bits take. */
export const TOKEN_LENGTH = 22;

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

/** A random session id that is not `taken`. */
export function newSessionId(live: number, taken: (id: string) => boolean): string {
  for (;;) {
    const id = randomText(SESSION_ALPHABET, sessionIdLength(live));
    if (!taken(id)) return id;
  }
}

/** A random peer id that is not `taken`. */
export function newPeerId(taken: (id: string) => boolean): string {
  for (;;) {
    const id = randomText(PEER_ALPHABET, PEER_LENGTH);
    if (!taken(id)) return id;
  }
}

/** `alphabet` has 32 characters, so that five bits of a random byte pick each evenly. */
function randomText(alphabet: string, length: number): string {
  let text = "";
  for (const byte of randomBytes(length)) text += alphabet[byte & 31];
  return text;
}
