/** What each filter of output keeps, whatever the stream and however it is cut: what it means, but for the answers. */
import assert from "node:assert/strict";
import { NO_COLOURS } from "../../../session/vt/colours.ts";
import type { OutputFilter } from "../../../session/vt/output_filter.ts";
import { answerQueries } from "../../../session/screen/query_replies.ts";
import { describe, makeScreen } from "../vt_state.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/**
 * Throws AssertionError unless `bytes`, cut at the places `at`, come out as in one piece, show what they show unfiltered, and ask nothing.
 * `unlike`: what of the screen's state may differ.
 */
export function assertSameMeaning(
  bytes: Uint8Array,
  at: readonly number[],
  newFilter: () => OutputFilter,
  unlike: RegExp,
): void {
  const whole = newFilter().push(bytes);
  const cuts = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = newFilter();
  const pieces = cuts.slice(1).map((cut, i) => parts.push(bytes.subarray(cuts[i], cut)));
  assert.deepEqual(pieces.flatMap((piece) => [...piece]), [...whole]);

  const raw = makeScreen(20, 8);
  const filtered = makeScreen(20, 8);
  const answers: string[] = [];
  answerQueries(filtered, () => NO_COLOURS, (reply) => answers.push(decode(reply)));
  raw.write(bytes);
  filtered.write(whole);
  // An unfinished sequence is held back; CAN ends it on both sides.
  raw.write(Uint8Array.of(0x18));
  filtered.write(parts.push(Uint8Array.of(0x18)));
  assert.deepEqual(answers, []);
  const tell = (screen: typeof raw) => describe(screen).replace(unlike, "");
  assert.equal(tell(filtered), tell(raw));
}
