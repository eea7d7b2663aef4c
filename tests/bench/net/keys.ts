/**
 * Key to echo, as a true round trip: the far side answers the n-th key with the n-th glyph of an alphabet that nothing else prints. Or as it
 * is perceived: the glyph itself is typed, and a guess counts.
 */
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { pause } from "./pause.ts";

/** Cyrillic: in no escape sequence, prompt or key, so that a glyph in the bytes is an echo. */
export const FIRST_GLYPH = 0x430;
export const GLYPHS = 32;
/** A key that is not answered by then counts as this long; ms. */
const NEVER = 20_000;
/** Letters of one line, which is then begun anew. */
const LINE = 60;

export interface KeyTimes {
  /** ms, in the order of the keys. */
  readonly times: number[];
}

/**
 * Types `count` keys, each `gap()` ms after the one before (or after its echo, if `afterEcho`), and times the echoes.
 * @param key what is typed to see `glyph`
 */
export async function keyTimes(
  terminal: TerminalDriver,
  count: number,
  gap: () => number,
  afterEcho: boolean,
  key: (glyph: string, index: number) => string = () => "k",
): Promise<KeyTimes> {
  const decoder = new TextDecoder();
  const waiting: { glyph: number; at: number; index: number }[] = [];
  const times = Array.from({ length: count }, () => NEVER);
  let echoed = () => {};
  terminal.onbytes = (bytes, at) => {
    for (const char of decoder.decode(bytes, { stream: true })) {
      const found = waiting.findIndex(({ glyph }) => glyph === char.codePointAt(0));
      if (found < 0) continue;
      const [{ at: typed, index }] = waiting.splice(found, 1) as [typeof waiting[0]];
      times[index] = at - typed;
      echoed();
    }
  };
  for (let index = 0; index < count; index++) {
    const glyph = FIRST_GLYPH + index % GLYPHS;
    const typed = key(String.fromCodePoint(glyph), index);
    const answered = new Promise<void>((resolve) => echoed = resolve);
    waiting.push({ glyph, at: performance.now(), index });
    terminal.type(typed);
    if (afterEcho) await Promise.race([answered, pause(NEVER)]);
    await pause(gap());
  }
  const began = performance.now();
  while (waiting.length > 0 && performance.now() - began < NEVER) await pause(20);
  terminal.onbytes = null;
  return { times };
}

/** For {@link keyTimes}: the glyph itself, typed into lines that fit a window of 80 columns. */
export function inLines(glyph: string, index: number): string {
  return index > 0 && index % LINE === 0 ? `\r${glyph}` : glyph;
}
