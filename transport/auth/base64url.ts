/** Base64url without padding (RFC 4648 section 5), strict: one text for each sequence of bytes. Works where `Buffer` does not exist. */
import { base64urlnopad } from "@scure/base";

/** The text of `bytes`. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** The bytes of `text`, or null where it is not base64url or where its last character has stray bits. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return base64urlnopad.decode(text) as Uint8Array<ArrayBuffer>;
  } catch {
    return null;
  }
}
