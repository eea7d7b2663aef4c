import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { childEnv } from "../../../cli/pty/child_env.ts";
import { Failure } from "../../../cli/process/failure.ts";
import { Pty } from "../../../cli/pty/pty.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { descendants, isAlive } from "../../support/process_tree.ts";
import { isRunning, PtySession } from "../pty_session.ts";

const env = childEnv(Deno.env.toObject(), "7kq2mx");

const test = (name: string, fn: () => Promise<void>) => testWith([unixTerminal], name, fn);
const HELD = 1200;
const numbers = (to: number) => Array.from({ length: to }, (_, i) => `${i + 1}\r\n`).join("");

test("output of a paused reader is there whole after the command's end, then the status", async () => {
  await using session = new PtySession("seq 1 20000; exit 3");
  let pieces = 0;
  session.read(() => {
    // Pauses of all lengths, some past the 200 ms after which node-pty gives up on its own.
    if (++pieces % 7 !== 1) return;
    session.pty.pause();
    setTimeout(() => session.pty.resume(), pieces === 1 ? 700 : 5);
  });
  assert.deepEqual(await session.exit(), { code: 3, signal: 0 });
  assert.equal(session.output, numbers(20000));
});

test("nothing is lost when a paused reader goes on long after the command's end", async () => {
  // Less than the kernel holds however it packs them (of 3,000 short lines not always all), so that the command can end before it is read.
  await using session = new PtySession(`seq 1 ${HELD}; exit 6`);
  await poll(() => !isRunning(session.pty.pid), 5000, "the command's end");
  // Twice as long as node-pty waits before it gives up on its own: this time is what is tested.
  await new Promise((resolve) => setTimeout(resolve, 400));
  session.read();
  assert.deepEqual(await session.exit(), { code: 6, signal: 0 });
  assert.equal(session.output, numbers(HELD));
});

test("a key typed after the command's end costs no output", async () => {
  await using session = new PtySession(`stty -echo; seq 1 ${HELD}; exit 0`);
  await poll(() => !isRunning(session.pty.pid), 5000, "the command's end");
  await session.type("x".repeat(10));
  session.read();
  assert.equal((await session.exit()).code, 0);
  assert.equal(session.output, numbers(HELD));
});

test("a left-over process that holds the terminal does not hold the end", async () => {
  await using session = new PtySession("(trap '' HUP; exec sleep 5) & echo $!; exit 4");
  session.read();
  assert.equal((await session.exit()).code, 4);
  Deno.kill(Number(/\d+/.exec(session.output)![0]), "SIGKILL");
});

test("a paste of 1,000,000 bytes arrives whole while output is read", async () => {
  const paste = new Uint8Array(1_000_000).map((_, i) => (i * 7 + (i >> 8)) & 255);
  await using session = new PtySession("stty raw -echo; echo READY; seq 1 50000; head -c 1000000 | md5sum");
  session.read();
  await session.waitFor(/READY/);
  const taken = deadline(session.pty.write(paste), 8000, "the paste");
  assert.ok(session.pty.pending > 900_000);
  await taken;
  assert.equal(session.pty.pending, 0);
  const [, sum] = await session.waitFor(/([0-9a-f]{32}) {2}-/);
  assert.equal(sum, createHash("md5").update(paste).digest("hex"));
});

test("a paste goes on while output is paused, and waits while the command does not read", async () => {
  const paste = new Uint8Array(300_000).fill(0x61);
  await using session = new PtySession("stty raw -echo; echo READY; sleep 0.3; head -c 300000 | md5sum");
  session.read();
  await session.waitFor(/READY/);
  const taken = session.pty.write(paste);
  session.pty.pause();
  assert.equal(session.pty.pending, 300_000);
  await deadline(taken, 5000, "the paste");
  session.pty.resume();
  const [, sum] = await session.waitFor(/([0-9a-f]{32}) {2}-/);
  assert.equal(sum, createHash("md5").update(paste).digest("hex"));
});

test("a paused reader stops the command: it can't write more than the kernel holds", async () => {
  await using session = new PtySession("yes");
  let bytes = 0;
  const first = Promise.withResolvers<void>();
  session.pty.onoutput = (piece) => {
    bytes += piece.length;
    first.resolve();
  };
  await deadline(first.promise, 3000, "output");
  session.pty.pause();
  const before = bytes;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(bytes - before <= 65536, `${bytes - before} bytes came while paused`);
});

test("bytes are bytes: no character is decoded", async () => {
  await using session = new PtySession("printf '\\377\\376\\303'; exit 0");
  session.read();
  await session.exit();
  assert.equal(session.output, "\xff\xfe\xc3");
});

test("size, resize and SIGWINCH", async () => {
  await using session = new PtySession(
    "trap 'stty size; exit' WINCH; stty size; while :; do sleep 0.02; done",
    {
      cols: 101,
      rows: 31,
    },
  );
  session.read();
  await session.waitFor(/31 101/);
  session.pty.resize(120, 40);
  await session.waitFor(/40 120/);
  await session.exit();
  assert.throws(() => session.pty.resize(0, 5), RangeError);
  session.pty.resize(80, 24);
});

test("a signal's status is 128 and its number", async () => {
  await using session = new PtySession("kill -TERM $$");
  session.read();
  assert.deepEqual(await session.exit(), { code: 143, signal: 15 });
});

testWith([unixTerminal, linux], "closing ends the command and its jobs, even stubborn ones", async () => {
  const session = new PtySession(
    "trap '' HUP; sleep 1000 & sleep 1001 & echo READY; while :; do sleep 0.05; done",
  );
  session.read();
  await session.waitFor(/READY/);
  const family = descendants(session.pty.pid);
  assert.ok(family.length >= 2);
  assert.deepEqual(await deadline(session.pty.close(), 4000, "the end"), { code: 137, signal: 9 });
  await poll(() => !family.some(isAlive), 2000, "the end of its jobs");
  await session.pty.close();
});

test("its environment names the session and holds no secret", async () => {
  const own = {
    PATH: env.PATH,
    BEACH_PASSPHRASE: "sesame",
    BEACH_ROAD: "http://x",
    TMUX: "x",
    KITTY_WINDOW_ID: "1",
    LINES: "3",
  };
  await using pty = Pty.spawn({ argv: ["env"], cols: 80, rows: 24, env: childEnv(own, "7kq2mx") });
  let output = "";
  pty.onoutput = (bytes) => output += new TextDecoder().decode(bytes);
  await deadline(pty.exited, 5000, "env");
  const names = output.trim().split("\r\n").map((line) => line.split("=")[0]).sort();
  assert.deepEqual(names, ["BEACH_SESSION", "COLORTERM", "PATH", "PWD", "TERM"]);
  assert.match(output, /BEACH_SESSION=7kq2mx/);
});

test("a command that is not there fails before anything starts", () => {
  for (
    const [command, message] of [
      ["no-such-command", /^Command not found: "no-such-command"\. /],
      ["/etc/passwd", /^The command can't be executed: "\/etc\/passwd"; wanted an executable file\./],
      ["/etc", /^The command is a folder: "\/etc"; wanted a program\.$/],
      ["ls -la", /Leave the quotes out/],
    ] as const
  ) {
    assert.throws(
      () => Pty.spawn({ argv: [command], cols: 80, rows: 24, env }),
      (error) => error instanceof Failure && message.test(error.message) && error.code === 1,
      command,
    );
  }
  return Promise.resolve();
});
