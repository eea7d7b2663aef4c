/** What stands for an address before a host: it may count by address without being told one. */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";

/** Known to this process alone: nobody can try addresses until one fits. */
const KEY = randomBytes(32);
/** Of the digest, in bytes: two addresses of one session share a token once in 2^64. */
const LENGTH = 8;

/** 11 characters of base64url: the same for one address (as `limitKey` has it) as long as this process lives, another in each session. */
export function addressToken(session: string, address: string): string {
  const digest = createHmac("sha256", KEY).update(`${session} ${address}`).digest();
  return Buffer.from(digest.subarray(0, LENGTH)).toString("base64url");
}
