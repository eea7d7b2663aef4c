/** The tables of `frames/WIRE.md` are the code's: each frame's stream, type and name, and which end may say it. */
import assert from "node:assert/strict";
import { decode, type Value } from "../../frames/codec.ts";
import { isFrom } from "../../frames/frame_sides.ts";
import { decodePacket } from "../../frames/packet.ts";
import vectors from "./vectors.json" with { type: "json" };

const PAGE = Deno.readTextFileSync(new URL("../../frames/WIRE.md", import.meta.url));
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const NAMES: Record<string, string> = { "the ack of output": "OutputAck", "the ack of input": "InputAck" };

/** What the page says of the frames of streams 0 to 4: `stream type name from`. */
function told(): string[] {
  return [0, 1, 2, 3, 4].flatMap((stream) => {
    const section = PAGE.split(`### Stream ${stream}\n`)[1]!.split(/\n##/)[0]!;
    const rows = section.matchAll(/^\| (\d+) \| `?([A-Za-z ]+?)`? \| (viewer|host|both) \|/gm);
    return [...rows].map(([, type, name, from]) => `${stream} ${type} ${NAMES[name!] ?? name} ${from}`);
  });
}

/** The same of the frames in the vectors, of which there is one of each type. */
function done(): string[] {
  const lines = vectors.good.flatMap(({ hex }) => {
    const bytes = fromHex(hex);
    const [, ...values] = decode(bytes);
    const { frames } = decodePacket(bytes);
    return (values as Value[][]).flatMap(([stream, code], i) => {
      const frame = frames[i]!;
      if ("stream" in frame) return [];
      const sides = (["viewer", "host"] as const).filter((side) => isFrom(side, frame));
      return [`${stream} ${code} ${frame.type} ${sides.length === 2 ? "both" : sides.join()}`];
    });
  });
  return [...new Set(lines)];
}

Deno.test("WIRE.md and the code have the same frames, with the same numbers, from the same ends", () => {
  const page = told();
  assert.ok(page.length >= 18, `${page.length} rows were read`);
  assert.deepEqual(page.sort(), done().sort());
});
