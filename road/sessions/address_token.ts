/** A token in place of a viewer's address: a host can count by address without knowing it. */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";

/** Known to this process alone, so that nobody can find the address of a token by trial. */
const KEY = randomBytes(32);
/** The length of the digest, in bytes: two addresses of one session share a token once in 2^64. */
const LENGTH = 8;

/**
 * The token of `address` (as `limitKey` has it) in `session`: 11 characters of base64url, the same for the life of this process, different
 * in each session.
 */
export function addressToken(session: string, address: string): string {
  const digest = createHmac("sha256", KEY).update(`${session} ${address}`).digest();
  return Buffer.from(digest.subarray(0, LENGTH)).toString("base64url");
}
