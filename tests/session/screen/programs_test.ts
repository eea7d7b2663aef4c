/** Real programs in a real PTY: what they draw survives snapshots at many bytes, the query filter and the renderer. */
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import { Pty } from "../../../cli/pty/pty.ts";
import { NO_COLOURS } from "../../../session/vt/colours.ts";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import { answerQueries } from "../../../session/screen/query_replies.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { deadline, until } from "../../support/deadline.ts";
import { Listeners } from "../../support/listeners.ts";
import { program, testWith, unixTerminal } from "../../support/needs.ts";
import { describe, makeScreen } from "../vt_state.ts";

const COLS = 80;
const ROWS = 24;
/** Snapshots taken along one recording. */
const CUTS = 60;

const encode = (text: string) => new TextEncoder().encode(text);
const passes = (text: string) => new QueryFilter().string(text);

function text(screen: Screen): string {
  const buffer = (screen.terminal as xterm.Terminal).buffer.active;
  const rows: string[] = [];
  for (let y = 0; y < screen.rows; y++) {
    rows.push(buffer.getLine(buffer.baseY + y)!.translateToString(true).trimEnd());
  }
  return rows.join("\n");
}

/** Keys to type once the screen matches. */
type Step = readonly [seen: RegExp, keys: string];

/** Runs a program through its steps; returns all of its output. It ends with the last step's keys. */
async function record(argv: [string, ...string[]], steps: readonly Step[]): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "beach-programs-" });
  const env = {
    ...Deno.env.toObject(),
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    TMUX_TMPDIR: folder,
    HOME: folder,
  };
  const screen = makeScreen(COLS, ROWS);
  const changes = new Listeners();
  const output: Uint8Array[] = [];
  try {
    // Keys that come at once would be taken for a paste, in which no key has a meaning.
    await Deno.writeTextFile(`${folder}/tmux.conf`, "set -g assume-paste-time 0\n");
    await Deno.writeTextFile(
      `${folder}/sample.c`,
      "#include <stdio.h>\n\n/* Wide: 中文字幕 and 🙂 */\nint main(void) {\n" +
        '\tprintf("hello %d\\n", 42); // '.repeat(40) + "\n}\n" + "filler line of text\n".repeat(80),
    );
    await using pty = Pty.spawn({ argv, cols: COLS, rows: ROWS, cwd: folder, env });
    answerQueries(screen, () => NO_COLOURS, (bytes) => void pty.write(bytes));
    pty.onoutput = (bytes) => {
      output.push(bytes.slice());
      screen.write(bytes);
      changes.notify();
    };
    pty.resume();
    for (const [seen, keys] of steps) {
      await until(
        () => seen.test(text(screen)),
        (f) => changes.subscribe(f),
        10_000,
        `${argv[0]} to show ${seen}`,
        () => text(screen),
      );
      await pty.write(encode(keys));
    }
    await deadline(pty.exited, 10_000, `${argv[0]} to end`, () => text(screen));
  } finally {
    // Its server is a process of its own; after a failure it still runs.
    if (argv[0] === "tmux") {
      await new Deno.Command("tmux", { args: ["kill-server"], env, stderr: "null" }).output();
    }
    await Deno.remove(folder, { recursive: true });
  }
  return new Uint8Array(await new Blob(output as BlobPart[]).arrayBuffer());
}

function check(stream: Uint8Array): void {
  const whole = makeScreen(COLS, ROWS);
  whole.write(stream);
  const end = describe(whole);

  const filtered = makeScreen(COLS, ROWS);
  filtered.write(new QueryFilter().push(stream));
  assert.equal(describe(filtered), end, "through the query filter");

  const host = makeScreen(COLS, ROWS);
  const window = makeScreen(COLS, ROWS);
  const renderer = new Renderer(host, COLS, ROWS, passes);
  let at = 0;
  for (let i = 1; i <= CUTS; i++) {
    // Odd steps land inside of sequences.
    const cut = i === CUTS ? stream.length : Math.floor((stream.length * i) / CUTS) | 1;
    host.write(stream.subarray(at, at = Math.min(cut, stream.length)));
    const copy = makeScreen(COLS, ROWS);
    copy.load(host.snapshot());
    assert.equal(describe(copy), describe(host), `snapshot at ${at} of ${stream.length}`);
    copy.write(stream.subarray(at));
    assert.equal(describe(copy), end, `the rest from ${at} of ${stream.length}`);
    window.write(renderer.render());
    assert.equal(text(window), text(host), `painted at ${at} of ${stream.length}`);
  }
}

const PROGRAMS: readonly [name: string, argv: [string, ...string[]], steps: readonly Step[]][] = [
  ["vim", ["vim", "-u", "NONE", "--cmd", "syntax on | set nu hlsearch mouse=a title ttyfast", "sample.c"], [
    [/filler/, "\x06/filler\r"],
    [/filler/, "ggohello 中\x1b"],
    [/hello 中/, ":vsplit\r"],
    [/hello/, "\x17wjjdd:q!\r:q!\r"],
  ]],
  ["less", ["less", "-N", "sample.c"], [[/include/, " "], [/filler/, "/filler\r"], [/filler/, "gq"]]],
  ["htop", ["htop", "-d", "5"], [[/Load|Mem/, "\x1b[B\x1b[B"], [/F10/, "t"], [/F10/, "q"]]],
  ["tmux", ["tmux", "-f", "tmux.conf", "new", "-s", "beach", "sh"], [
    [/beach/, "printf '\\033[31mred\\033[m 中🙂\\n'; seq 1 50\r"],
    [/^50$/m, '\x02"'],
    [/─{20}/, "echo second pane\r"],
    [/^second pane$/m, "\x02%"],
    [/│/, "tmux kill-server\r"],
  ]],
];

for (const [name, argv, steps] of PROGRAMS) {
  testWith([unixTerminal, program(name)], `${name} looks the same from a snapshot at any point`, async () => {
    check(await record(argv, steps));
  });
}
