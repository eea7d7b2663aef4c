/** Byte arrays. Deno and browsers have nothing for them that both know. */

/** The bytes of all `pieces`, one behind the other. Always a copy: whoever owns a piece may go on changing it. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
