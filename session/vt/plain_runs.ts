/** Runs of plain bytes, printable ASCII and line ends: most of a flood consists of them, and they change rows and nothing else. */

export const LF = 0x0a;
export const CR = 0x0d;

/** The plain bytes `[from, to)` of a write. */
export interface PlainRun {
  readonly from: number;
  readonly to: number;
}

/** The runs of at least `length` plain bytes. */
export function* plainRuns(bytes: Uint8Array, length: number): Generator<PlainRun> {
  for (let to = 0;;) {
    const from = plainRun(bytes, to, length);
    if (from < 0) return;
    to = from + length;
    while (to < bytes.length && isPlain(bytes[to]!)) to++;
    yield { from, to };
  }
}

function isPlain(byte: number): boolean {
  return byte < 0x7f && (byte >= 0x20 || byte === CR || byte === LF);
}

/**
 * The start of the first `length` plain bytes in a row, or -1. It checks each candidate from its end, so output full of escape sequences
 * costs a look at one byte in hundreds.
 */
function plainRun(bytes: Uint8Array, at: number, length: number): number {
  while (at + length <= bytes.length) {
    let i = at + length - 1;
    while (i >= at && isPlain(bytes[i]!)) i--;
    if (i < at) return at;
    at = i + 1;
  }
  return -1;
}

/** The position after the `count`th line feed from `start` on; -1 if there are fewer before `end`. */
export function lineFeeds(bytes: Uint8Array, start: number, end: number, count: number): number {
  for (let i = start; i < end; i++) {
    if (bytes[i] === LF && --count === 0) return i + 1;
  }
  return -1;
}
