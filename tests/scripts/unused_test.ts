import assert from "node:assert/strict";
import { checkUnused, findUnused } from "../../scripts/check_unused.ts";
import { ROOT } from "../../scripts/files.ts";

Deno.test("unused: what nothing but tests, comments and its own file's head names is told, with its place", () => {
  const sources = new Map([
    [
      "cli/a.ts",
      `/** Not used: forgotten. */
export function forgotten(): void {}
export type { handedOn } from "./b.ts";
export interface Io {
  readonly saved: string;
  arrived?(): void;
}
export class Peers {
  async kick(peer: string): Promise<void> {
    await this.#end(peer, { reason: "kick it" });
  }
  put(
    peer: string,
  ): void {
    this.#end(peer, { reason: peer });
  }
  #end(peer: string, { reason }: { readonly reason: string }): void {}
}
`,
    ],
    ["cli/b.ts", `export const handedOn = 1;\n`],
    [
      "main.ts",
      `import { type Io, Peers } from "./cli/a.ts";\nnew Peers();\nif (kick(1)) {\n  again({\n    now: 1,\n  });\n}\n`,
    ],
    ["tests/a_test.ts", `forgotten();\npeers.put();\n`],
  ]);
  const found = findUnused(sources).map((line) => line.replace(/;.*/, ""));
  assert.deepEqual(found, [
    "cli/a.ts:2: nothing uses forgotten",
    "cli/a.ts:5: nothing uses saved",
    "cli/a.ts:6: nothing uses arrived",
    "cli/a.ts:12: nothing uses put",
    "cli/b.ts:1: nothing uses handedOn",
  ]);
});

Deno.test("unused: nothing in Beach itself", async () => {
  assert.deepEqual(await checkUnused(ROOT), []);
});
