import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { TerminalDriver } from "../../support/terminal_driver.ts";

const PROGRAM = new URL("../programs/tty_program.ts", import.meta.url).pathname;
const RUN = `deno run -A --no-check ${PROGRAM}`;
const START = 10_000;

/** The program in a shell that tells the terminal's settings before and after it. */
function start(env: Record<string, string> = {}): TerminalDriver {
  // The marker is put together by the shell, so that it is not on the screen before.
  const script = `stty -g >$SETTINGS.before; ${RUN}; echo "AFTER=$?"; stty -g >$SETTINGS.after; read line`;
  return TerminalDriver.start(["sh", "-c", script], { cols: 90, rows: 20, env });
}

async function assertRestored(settings: string): Promise<void> {
  const after = await poll(() => read(`${settings}.after`), 5000, "the settings afterwards");
  assert.equal(after, read(`${settings}.before`));
}

function read(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim() || undefined;
  } catch {
    return undefined;
  }
}

function programPid(term: TerminalDriver): number {
  const found = descendants(term.pid).find(({ name }) => name === "deno");
  assert.ok(found, "the program runs");
  return found.pid;
}

/** Has the program begin to loop when its second thread is there, and signals it until that one listens. */
async function loopAndKill(term: TerminalDriver, signal: Deno.Signal): Promise<void> {
  const pid = programPid(term);
  await poll(() => hasWorker(pid), 5000, "the watchdog's thread");
  const before = cpu(pid);
  term.type("b");
  await poll(() => cpu(pid) > before + 20, 5000, "a busy loop");
  await poll(() => !alive(pid, signal), 8000, "its end", 100);
}

/** Whether it still runs, as far as one more signal tells. */
function alive(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function hasWorker(pid: number): boolean {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].some(({ name }) =>
    read(`/proc/${pid}/task/${name}/comm`)?.startsWith("worker")
  );
}

/** CPU time that it has used, hundredths of a second. */
function cpu(pid: number): number {
  return Number(read(`/proc/${pid}/stat`)!.split(") ")[1]!.split(" ")[11]);
}

const ENDINGS: readonly {
  name: string;
  end: (term: TerminalDriver) => void;
  code: number;
  shows?: RegExp;
}[] = [
  { name: "an ordinary end", end: (t) => t.type("q"), code: 0, shows: /BYE/ },
  { name: "an end while more is to be shown", end: (t) => t.type("l"), code: 0, shows: /BYE/ },
  { name: "an error in a timer", end: (t) => t.type("t"), code: 1, shows: /^beach: Thrown in a timer\.$/m },
  { name: "an unhandled rejection", end: (t) => t.type("r"), code: 1, shows: /^beach: Rejected\.$/m },
  { name: "a forced end", end: (t) => t.type("d"), code: 9 },
  { name: "SIGTERM", end: (t) => Deno.kill(programPid(t), "SIGTERM"), code: 143, shows: /BYE/ },
  // Its own thread never hears of it; the other one kills it, once it is there.
  ...["SIGTERM", "SIGHUP", "SIGINT"].map((name) => ({
    name: `${name} in a loop`,
    end: (t: TerminalDriver) => void loopAndKill(t, name as Deno.Signal),
    code: 137,
  })),
  { name: "SIGHUP", end: (t) => Deno.kill(programPid(t), "SIGHUP"), code: 129, shows: /BYE/ },
  { name: "SIGINT", end: (t) => Deno.kill(programPid(t), "SIGINT"), code: 130, shows: /BYE/ },
];

for (const { name, end, code, shows } of ENDINGS) {
  testWith([unixTerminal], `tty: ${name} leaves the terminal as it was found`, async () => {
    await using folder = await TempDir.create();
    await using term = start({ SETTINGS: folder.join("stty") });
    await term.waitForText(/READY 90x20/, START);
    term.type("m");
    await term.waitForText(/MODES/, 3000);
    assert.equal(term.emulator.buffer.active.type, "alternate");
    end(term);
    await term.waitForText(new RegExp(`AFTER=${code}`), 8000);
    await assertRestored(folder.join("stty"));
    const { mouseTrackingMode, bracketedPasteMode } = term.emulator.modes;
    assert.deepEqual({ mouseTrackingMode, bracketedPasteMode }, {
      mouseTrackingMode: "none",
      bracketedPasteMode: false,
    });
    assert.equal(term.emulator.buffer.active.type, "normal");
    // deno-lint-ignore no-control-regex -- a terminal's sequences
    for (const sequence of [/\x1b\[\?25h/, /\x1b\[<\d+u/]) assert.match(term.raw, sequence);
    if (shows) assert.match(term.screenText(), shows);
    // What the shell shows next has no colour left over.
    const cell = term.cells().flat().find(({ text }) => text === "A");
    assert.equal(cell?.foreground, "default");
  });
}

testWith([unixTerminal], "tty: every key arrives as its bytes; control keys do nothing else", async () => {
  await using term = start({ SETTINGS: "/dev/null" });
  await term.waitForText(/READY/, START);
  for (const key of ["\x03", "\x1a", "\x1c", "\x13", "\x11", "\r", "\x7f", "\x1b[A", "é", "\x16"]) {
    term.type(key);
    const hex = new TextEncoder().encode(key).toHex();
    await term.waitForText(new RegExp(`<${hex}>`), 3000);
  }
});

for (
  const [locale, on, off] of [["en_GB.UTF-8", false, false], ["C.utf8", false, false], ["C", true, false], [
    "de_DE.ISO-8859-1@euro",
    true,
    true,
  ]] as const
) {
  testWith(
    [unixTerminal],
    `tty: with the locale ${locale} the terminal is put into UTF-8: ${on}; and back: ${off}`,
    async () => {
      await using term = start({ SETTINGS: "/dev/null", LC_ALL: locale });
      await term.waitForText(/READY/, START);
      assert.equal(term.raw.indexOf("\x1b%G") >= 0, on);
      if (on) assert.ok(term.raw.indexOf("\x1b%G") < term.raw.indexOf("READY"));
      assert.ok(!term.raw.includes("\x1b%@"));
      term.type("q");
      await term.waitForText(/AFTER=0/, 8000);
      assert.equal(term.raw.lastIndexOf("\x1b%@") > term.raw.indexOf("BYE"), off);
    },
  );
}

testWith([unixTerminal], "tty: a new size is told once", async () => {
  await using term = start({ SETTINGS: "/dev/null" });
  await term.waitForText(/READY/, START);
  term.resize(100, 30);
  await term.waitForText(/\[100x30\]/, 3000);
});

testWith(
  [unixTerminal],
  "tty: output keeps its order, and `pending` falls to nothing when it is shown",
  async () => {
    await using term = start({ SETTINGS: "/dev/null" });
    await term.waitForText(/READY/, START);
    term.type("f");
    await term.waitForText(/FLOODED/, 15_000);
    const lines = term.historyText().split("\n").map((line) => line.trim());
    const from = lines.indexOf("12000");
    assert.ok(from > 0);
    assert.deepEqual(
      lines.slice(from, from + 8000).map(Number),
      Array.from({ length: 8000 }, (_, i) => 12_000 + i),
    );
  },
);

testWith(
  [unixTerminal, linux],
  "tty: raw mode comes back after a stop, and the old mode after that",
  async () => {
    await using folder = await TempDir.create();
    await using term = start({ SETTINGS: folder.join("stty") });
    await term.waitForText(/READY/, START);
    const pid = programPid(term);
    Deno.kill(pid, "SIGSTOP");
    // As a shell does that got the terminal back.
    const { success } = await new Deno.Command("stty", { args: ["-F", `/proc/${pid}/fd/0`, "sane"] })
      .output();
    assert.ok(success);
    Deno.kill(pid, "SIGCONT");
    await term.waitForText(/\[resumed\]/, 3000);
    term.type("\x03");
    await term.waitForText(/<03>/, 3000);
    term.type("q");
    await term.waitForText(/AFTER=0/, 5000);
    await assertRestored(folder.join("stty"));
  },
);

testWith([unixTerminal], "tty: a closed window is an event, and the program ends", async () => {
  await using folder = await TempDir.create();
  const log = folder.join("gone");
  // Without the shell's own answer to SIGHUP in between.
  await using term = TerminalDriver.start(["sh", "-c", `trap '' HUP; exec ${RUN}`], {
    env: { GONE_LOG: log },
  });
  await term.waitForText(/READY/, START);
  term.closeWindow();
  await poll(() => read(log) === "gone", 5000, "the event");
});

testWith([unixTerminal], "tty: without a terminal one line says so", async () => {
  const { code, stderr } = await new Deno.Command("deno", {
    args: [
      "eval",
      "--no-check",
      `import { Tty } from "${new URL(
        "../../../cli/terminal/tty.ts",
        import.meta.url,
      )}"; try { Tty.open({}); } catch (e) { console.error(e.message); Deno.exit(7); }`,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 7);
  assert.match(
    new TextDecoder().decode(stderr),
    /^No terminal: stdin is a pipe or a file\. Run it in a terminal \(over ssh: ssh -t\), or open the host's link in a browser\.$/m,
  );
});
