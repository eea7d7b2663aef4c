/**
 * What typing feels like where the far side is far: from a key to its letter on the screen, guessed or echoed, beside mosh's; and how many guesses were
 * wrong in a session of commands, corrections, completions, an editor and a password. Needs what `tests/net/` needs.
 *
 *     deno run -A tests/bench/net/predict_bench.ts [--keys 240]
 */
import { findProgram } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { percentile } from "../figures.ts";
import { inLines, keyTimes } from "./keys.ts";
import { prompt, TYPING } from "./measures.ts";
import { start } from "./systems.ts";
import { pause } from "./pause.ts";
import { NETWORKS } from "./networks.ts";
import { option } from "../options.ts";

const PATIENCE = 60_000;

/** What a person might type, and what the screen says when the next may be typed. */
const SESSION: readonly (readonly [keys: string, then: RegExp | null])[] = [
  ["ls -l /etc/hostname\r", null],
  ["echo hello wrold\x7f\x7f\x7f\x7forld agian\x7f\x7f\x7fain\r", null],
  ["cd /usr/sh\t\r", null],
  ["cd /tmp; pwd\r", null],
  ["echo one two three\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Dtwo and a half \r", null],
  ["\x1b[A\r", null],
  ["read -s -p 'password: ' word; echo\r", /password:$/],
  ["correct horse\r", null],
  ["cat\r", /cat$/m],
  ["a line, and another\rof what is said twice\r\x04", null],
  ["vim -u NONE -n note\r", /~\n~/],
  ["iDear all,\rthis is written far away, and it is written fast.\x1bbbxipq\x1b:q!\r", null],
  ["python3 -q\r", />>>$/],
  ["sum(n * n for n in range(10))\r", /285/],
  ["exit()\r", null],
  ["echo done\r", null],
];

/** Commands typed at a person's pace, escape sequences at once. */
async function session(terminal: TerminalDriver): Promise<void> {
  for (const [keys, then] of SESSION) {
    for (let at = 0; at < keys.length;) {
      const length = keys.startsWith("\x1b[", at) ? 3 : 1;
      terminal.type(keys.slice(at, at += length));
      await pause(TYPING);
    }
    if (then === null) await prompt(terminal, PATIENCE);
    else await terminal.waitForText(then, PATIENCE);
  }
}

/** Letters into `cat`, line after line; from key to letter, ms. */
async function letters(terminal: TerminalDriver, count: number): Promise<number[]> {
  terminal.type("clear; echo here; cat\r");
  await terminal.waitForText(/^here$/m, PATIENCE);
  const { times } = await keyTimes(terminal, count, () => TYPING, false, inLines);
  terminal.type("\r\x04");
  await prompt(terminal, PATIENCE);
  return times;
}

/** The newest counts that `beach join` wrote. */
async function guesses(file: string): Promise<{ right: number; wrong: number }> {
  const lines = (await Deno.readTextFile(file)).trim().split("\n").map((line) => JSON.parse(line));
  return lines.findLast((line) => line.prediction)?.prediction ?? { right: 0, wrong: 0 };
}

const count = Number(option("keys") ?? 240);
const systems = (["beach", "mosh"] as const).filter((system) =>
  system === "beach" || findProgram("mosh-client") && findProgram("sshd")
);
for (const { title, link } of ["0", "5", "10"].map((name) => NETWORKS[name]!)) {
  for (const system of systems) {
    await using folder = await TempDir.create();
    const events = `${folder.path}/events`;
    const flags = ["--json", "--events", events, "--metrics-interval", "500ms"];
    await using running = await start(system, link, "predict", "adaptive", { join: flags });
    const times = await letters(running.terminal, count);
    await session(running.terminal);
    await pause(1000);
    const shown = [0.5, 0.9, 0.95, 0.99].map((p) => percentile(times, p).toFixed(1)).join(" / ");
    const told = system === "beach" ? await guesses(events) : undefined;
    const wrong = told && 100 * told.wrong / Math.max(1, told.right + told.wrong);
    console.log(
      `${title}: ${system}: key to its letter p50 / p90 / p95 / p99 ${shown} ms` +
        (told ? `; guesses ${told.right} right, ${told.wrong} wrong (${wrong!.toFixed(2)} %)` : ""),
    );
  }
}
Deno.exit(0);
