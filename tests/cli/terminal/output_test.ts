import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "uqr";
import {
  EventWriter,
  type HostEvent,
  type HostReady,
  openEvents,
  stdoutEvents,
} from "../../../cli/report/events.ts";
import { openLog } from "../../../cli/report/log.ts";
import { OutputQueue } from "../../../cli/terminal/output_queue.ts";
import { qrLines } from "../../../cli/terminal/qr.ts";
import { deadline } from "../../support/deadline.ts";
import { TempDir } from "../../support/temp_dir.ts";

const text = (s: string) => new TextEncoder().encode(s);

Deno.test("output queue: all bytes, in order, whatever each write takes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: -1, max: 700 })),
      async (pieces, takes) => {
        const got: number[] = [];
        const queue = new OutputQueue(async (bytes) => {
          const most = takes.next().value!;
          await Promise.resolve();
          // Now and then a full terminal or an interrupted call.
          if (most === -1) throw new Deno.errors.Interrupted("EINTR");
          const taken = Math.min(bytes.length, Math.max(1, most));
          got.push(...bytes.subarray(0, taken));
          return taken;
        }, (error) => assert.fail(String(error)));
        const total = pieces.reduce((sum, { length }) => sum + length, 0);
        const written = pieces.map((piece) => queue.write(piece));
        assert.equal(queue.pending, total);
        await queue.drain();
        assert.ok((await Promise.all(written)).every((ok) => ok));
        assert.equal(queue.pending, 0);
        assert.deepEqual(got, pieces.flatMap((piece) => [...piece]));
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("output queue: a full terminal is tried again", async () => {
  let full = 3, got = "";
  const queue = new OutputQueue((bytes) => {
    if (full-- > 0) return Promise.reject(new Deno.errors.WouldBlock("EAGAIN"));
    got += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }, (error) => assert.fail(String(error)));
  assert.ok(await deadline(queue.write(text("abc")), 1000, "the write"));
  assert.equal(got, "abc");
});

Deno.test("output queue: when the other side is gone, that is told once and nobody waits", async () => {
  let told = 0;
  const queue = new OutputQueue(() => Promise.reject(new Deno.errors.BrokenPipe("EPIPE")), () => told++);
  const writes = [queue.write(text("a")), queue.write(new Uint8Array(100_000)), queue.write(text("b"))];
  assert.deepEqual(await deadline(Promise.all(writes), 1000, "the writes"), [false, false, false]);
  assert.equal(await queue.write(text("c")), false);
  await queue.drain();
  assert.deepEqual([told, queue.pending, queue.gone], [1, 0, true]);
});

Deno.test("log: lines in a file, with time and level; never a control character", async () => {
  await using folder = await TempDir.create();
  const file = folder.join("log");
  const now = () => new Date("2026-01-02T03:04:05.678Z");
  {
    using opened = openLog({ debugLog: file, verbose: false, json: false }, "session", now);
    assert.ok(opened.debugging);
    opened.log("debug", "Sending Signal: Offer");
    opened.log("info", "evil\x1b[2J\nname");
  }
  {
    using opened = openLog({ debugLog: file, verbose: false, json: true }, "session", now);
    opened.log("info", "one\ntwo");
  }
  assert.deepEqual((await Deno.readTextFile(file)).split("\n"), [
    "03:04:05.678 debug Sending Signal: Offer",
    "03:04:05.678 info  evil\\x1b[2J name",
    '{"time":"2026-01-02T03:04:05.678Z","level":"info","message":"one\\ntwo"}',
    "",
  ]);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.throws(
    () => openLog({ debugLog: folder.join("no/log"), verbose: true, json: false }, "nothing"),
    /^Failure: The log file can't be written: /,
  );
});

/** What the log of `options` shows on a stderr that is a pipe. */
async function onStderr(options: string): Promise<string> {
  const log = new URL("../../../cli/report/log.ts", import.meta.url);
  const { stderr } = await new Deno.Command("deno", {
    args: [
      "eval",
      "--no-check",
      `import { openLog } from "${log}"; const { log } = openLog(${options}, "session");
      for (const level of ["debug", "warn"]) log(level, level); log("debug", "Routing to control channel: Ack");`,
    ],
    stderr: "piped",
  }).output();
  return new TextDecoder().decode(stderr).replace(/^\S+ /gm, "");
}

Deno.test("log: stderr gets what was asked for", async () => {
  assert.equal(await onStderr("{verbose: false, json: false}"), "warn  warn\n");
  assert.match(await onStderr("{verbose: true, json: false}"), /debug debug\nwarn {2}warn\ndebug Routing/);
  assert.equal(
    await onStderr("{verbose: false, channelDebug: true, json: false}"),
    "warn  warn\ndebug Routing to control channel: Ack\n",
  );
});

Deno.test("events: one JSON object a line, in order, to a file; the host's first line as it stands", async () => {
  await using folder = await TempDir.create();
  const file = folder.join("events");
  {
    await using events = openEvents(file);
    void events.emit({ event: "joined", session: "7kq2mx", peer: "abcdefgh", role: "write" });
    void events.emit({ event: "exit", code: 3, signal: 0 });
  }
  const lines = (await Deno.readTextFile(file)).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ event, code }) => [event, code]), [["joined", undefined], ["exit", 3]]);
  assert.ok(lines.every(({ time }) => Math.abs(time - Date.now()) < 60_000));

  let out = "";
  const ready: HostReady = { session: "a", code: "b", url: "c", road: "d", view_code: "e" };
  {
    await using events = new EventWriter<HostReady | HostEvent>((bytes) => {
      out += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    });
    void events.emit(ready);
  }
  assert.deepEqual(JSON.parse(out), ready);
  assert.ok(stdoutEvents() instanceof EventWriter);
});

Deno.test("events: those that come one soon after the other are one write", async () => {
  const writes: number[] = [];
  {
    await using events = new EventWriter<HostEvent>((bytes) => {
      writes.push(new TextDecoder().decode(bytes).trimEnd().split("\n").length);
      return Promise.resolve(bytes.length);
    });
    for (let n = 0; n < 10; n++) {
      void events.emit({ event: "error", message: "x" });
      await Promise.resolve();
    }
  }
  assert.deepEqual(writes, [10]);
});

Deno.test("events: to a descriptor that a shell opened; one that is not open is refused", async () => {
  await using folder = await TempDir.create();
  const events = new URL("../../../cli/report/events.ts", import.meta.url);
  const program =
    `import { openEvents } from "${events}"; await using e = openEvents("3"); e.emit({ event: "error", message: "x" });`;
  const run = (script: string) =>
    new Deno.Command("sh", {
      args: ["-c", script, "sh", program, folder.join("out")],
      stdout: "piped",
      stderr: "piped",
    }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const piped = await run(`{ deno eval --no-check "$1" 3>&1 >&2; } | cat`);
  assert.match(decode(piped.stdout), /^{"event":"error","message":"x","time":\d+}\n$/);
  await run(`deno eval --no-check "$1" 3>"$2"`);
  assert.match(await Deno.readTextFile(folder.join("out")), /"error"/);
  const { stderr } = await run(`deno eval --no-check "$1" 3>&-`);
  assert.match(decode(stderr), /--events can't be used: "3"; wanted an open file descriptor/);
  assert.throws(() => openEvents("1"), /The terminal has 0 and 1/);
});

Deno.test("events: a reader that does not read costs a bounded memory, and the end does not wait for it", async () => {
  const events = new EventWriter<HostEvent>(() => new Promise(() => {}));
  for (let i = 0; i < 20_000; i++) void events.emit({ event: "error", message: "x".repeat(200) });
  await deadline(events[Symbol.asyncDispose](), 5000, "the end");
});

Deno.test("events: what can't be written is told once, but not that a reader went away", async () => {
  for (
    const [error, expected] of [[new Error("No space left"), 1], [
      new Deno.errors.BrokenPipe("EPIPE"),
      0,
    ]] as const
  ) {
    const told: string[] = [];
    const events = new EventWriter<HostEvent>(() => Promise.reject(error));
    events.onfault = (words) => void told.push(words);
    const written = [1, 2, 3].map(() => events.emit({ event: "error", message: "x" }));
    assert.deepEqual(await Promise.all(written), [false, false, false]);
    assert.deepEqual(told, ["The events ended early: No space left"].slice(0, expected));
  }
});

Deno.test("QR code: the half blocks are the code's modules, white around them", () => {
  const url = "https://road.example/j/7kq2mx#river-lamp-ocean";
  const lines = qrLines(url, 80)!;
  // deno-lint-ignore no-control-regex -- colours
  const rows = lines.flatMap((line) => halves(line.replace(/\x1b\[[\d;]*m/g, "")));
  const { data, size } = encode(url, { ecc: "L", border: 2 });
  assert.deepEqual(rows.slice(0, size), data.map((row) => row.map((dark) => !dark)));
  assert.ok(rows[0]!.every((white) => white) && rows[1]!.every((white) => white));
  assert.ok(lines.every((line) => line.startsWith("\x1b[38;5;231;48;5;16m") && line.endsWith("\x1b[0m")));
  assert.equal(qrLines(url, 20), null);
});

/** A line of half blocks as two rows; true is white. */
function halves(line: string): boolean[][] {
  return [[..."▀█"], [..."▄█"]].map((white) => [...line].map((c) => white.includes(c)));
}
