/** The question for the pack, on a real terminal. */
import { ROOT } from "../../../../scripts/files.ts";
import { testWith, unixTerminal } from "../../../support/needs.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { TerminalDriver } from "../../../support/terminal_driver.ts";
import { FakeRegistry } from "./fake_registry.ts";
import assert from "node:assert/strict";

/** What a host does that needs the pack. */
const PROGRAM = `
  const { askForPack } = await import(${JSON.stringify(`${ROOT}/cli/desktop/pack/ask_pack.ts`)});
  const stop = new AbortController().signal;
  console.log(await askForPack(Deno.env.toObject(), stop).then((path) => "got " + path, (e) => "said: " + e.message));
`;
const SOON = 15_000;

for (
  const [answer, said, asked] of [["n", /said: The desktop pack is not installed/, 0], [
    "y",
    /said: The npm registry answered 404/,
    1,
  ]] as const
) {
  testWith(
    [unixTerminal],
    `the pack is asked for, with size and licence; the answer is ${answer}`,
    async () => {
      await using temp = await TempDir.create();
      await using registry = new FakeRegistry({});
      const env = { XDG_DATA_HOME: temp.path, npm_config_registry: registry.url };
      await using term = TerminalDriver.start([Deno.execPath(), "eval", "--no-check", PROGRAM], {
        cwd: ROOT,
        env,
        cols: 200,
      });
      await term.waitForText(/GPL-3\.0, which is not part of Beach\. 60 MiB from npm, 172 MiB in/, SOON);
      await term.waitForText(/Install it\? \[y\/N\]/, SOON);
      term.type(`${answer}\r`);
      await term.waitForText(said, SOON);
      assert.equal(registry.asked.length, asked);
    },
  );
}
