/** Finds the end of the visible picture in a snapshot. */

const ESC = 0x1b;
/** CUP, and CUP on the other screen, which places a cursor outside of its margins (`snapshot.ts`). */
// deno-lint-ignore no-control-regex -- sequences begin with one
const PLACED = /^\x1b\[[0-9;]*H/;
const ELSEWHERE = "\x1b[?47h";
/** The longest CUP of a snapshot, `CSI 1000;1000 H`. */
const MAX_CUP = 12;

/**
 * How many bytes of a snapshot make the visible picture. The rest moves the cursor to its place and repeats the unfinished grapheme,
 * character or sequence: a terminal must get nothing between that and the stream. So anything that belongs after the picture (the end of
 * synchronized output) must be written at this position. 0 if the snapshot places no cursor.
 */
export function pictureEnd(snapshot: Uint8Array): number {
  // An ESC inside a string would have ended it, so each ESC begins a sequence.
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
