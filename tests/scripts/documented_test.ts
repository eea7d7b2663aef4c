/** Tables of limits in the pages name the constant that each is: `| what | 64 KiB | `file.ts`, `NAME` |`. What they say is what the code does. */
import assert from "node:assert/strict";
import { listFiles, ROOT } from "../../scripts/files.ts";

const ROW = /^\| (.+?) \| (.+?) \| `([^`]+\.ts)`, `(\w+)` \|$/gm;
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** The number that a cell such as `12,288 characters` or `64 KiB` begins with, in the unit of the code. */
function said(cell: string): number {
  const [, digits, unit] = /^([\d.,]+)(?: (KiB|MiB|GiB))?/.exec(cell) ?? [];
  return Number(digits?.replaceAll(",", "")) * (UNITS[unit ?? ""] ?? 1);
}

/** The value of a constant or field of a source: a sum of products of numbers and of other constants in it. */
function valueOf(name: string, source: string): number {
  const text = new RegExp(`\\b${name}(?:: number)?(?: =|:) ([\\dA-Z][\\w *+.]*)[;,\\n]`).exec(source)?.[1];
  assert.ok(text, `${name} is no constant of its file`);
  const factor = (word: string) =>
    /^\d/.test(word) ? Number(word.replaceAll("_", "")) : valueOf(word, source);
  return text.split(" + ").reduce(
    (sum, term) => sum + term.split(" * ").reduce((product, word) => product * factor(word), 1),
    0,
  );
}

/** The two numbers of a rate. */
function rateOf(name: string, source: string): number[] {
  const rate = new RegExp(`\\b${name}(?: =|:) \\{ burst: ([\\d_.]+), perSecond: ([\\d_.]+) \\}`).exec(source);
  return (rate?.slice(1) ?? []).map((number) => Number(number.replaceAll("_", "")));
}

Deno.test("documents: each limit that a page gives is the constant that it names", async () => {
  const files = await listFiles(ROOT);
  let rows = 0;
  for (const page of files.filter((path) => path.endsWith(".md"))) {
    const text = await Deno.readTextFile(`${ROOT}/${page}`);
    for (const [, what, value, file, name] of text.matchAll(ROW)) {
      const path = new URL(file!, `file:///${page}`).pathname.slice(1);
      assert.ok(files.includes(path), `${page}: there is no ${path}`);
      const source = await Deno.readTextFile(`${ROOT}/${path}`);
      const [, burst, perSecond] = /^(.+) at once, then (.+) a second$/.exec(value!) ?? [];
      const [stated, real] = burst === undefined
        ? [[said(value!)], [valueOf(name!, source)]]
        : [[said(burst), said(perSecond!)], rateOf(name!, source)];
      assert.deepEqual(stated, real, `${page}: ${what}`);
      rows++;
    }
  }
  assert.ok(rows > 30, `only ${rows} rows were found`);
});
