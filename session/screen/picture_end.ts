/** Where in a snapshot the picture is whole. */

const ESC = 0x1b;
/** CUP, and CUP on the other screen, where a cursor outside of its margins is placed (`snapshot.ts`). */
// deno-lint-ignore no-control-regex -- sequences begin with one
const PLACED = /^\x1b\[[0-9;]*H/;
const ELSEWHERE = "\x1b[?47h";
/** The longest CUP of a snapshot, `CSI 1000;1000 H`. */
const MAX_CUP = 12;

/**
 * How many bytes of a snapshot make the picture. What follows brings the cursor to its place, with the grapheme, the character or
 * the sequence that goes on there: a terminal must get nothing between that and the stream. So whoever writes something behind the
 * picture (the end of synchronized output) writes it there. 0 if the snapshot places no cursor.
 */
export function pictureEnd(snapshot: Uint8Array): number {
  // An ESC inside a string would have ended it, so each begins a sequence.
  for (let at = snapshot.lastIndexOf(ESC); at >= 0; at = at > 0 ? snapshot.lastIndexOf(ESC, at - 1) : -1) {
    if (!PLACED.test(text(snapshot, at, at + MAX_CUP))) continue;
    const before = at - ELSEWHERE.length;
    return before >= 0 && text(snapshot, before, at) === ELSEWHERE ? before : at;
  }
  return 0;
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
