import assert from "node:assert/strict";
import { Emulator, type EmulatorOptions } from "../../../cli/emulator/emulator.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";
import { poll } from "../../support/deadline.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function start(options: Partial<EmulatorOptions> = {}): Emulator {
  return new Emulator({
    cols: 80,
    rows: 24,
    scrollback: 1000,
    onReply: () => {},
    onPressure: () => {},
    onFailure: (error) => {
      throw error;
    },
    ...options,
  });
}

Deno.test("a snapshot holds at the version of all that was written before it was asked for", async () => {
  using emulator = start();
  emulator.write(encode("first\r\n"));
  const early = emulator.snapshot();
  emulator.write(encode("second\r\n"));
  const late = emulator.snapshot();
  assert.equal((await early).version, 7);
  assert.equal((await late).version, 15);
  const screen = newScreen(80, 24, 10);
  screen.load(await early);
  assert.deepEqual(screen.lines(0, 2).rows.map(([text]) => text), ["first", ""]);
  screen.load(await late);
  assert.deepEqual(screen.lines(0, 3).rows.map(([text]) => text), ["first", "second", ""]);
});

Deno.test("a snapshot in the middle of a picture waits until it is whole, not for ever, and not for a new size", async () => {
  using emulator = start();
  const text = async (snapshot: ReturnType<Emulator["snapshot"]>) => {
    const screen = newScreen(80, 24, 10);
    screen.load(await snapshot);
    return screen.lines(0, 1).rows[0]![0];
  };
  emulator.write(encode("\x1b[?2026hhalf"));
  const whole = emulator.snapshot();
  await emulator.lines(0, 1);
  emulator.write(encode(" and whole\x1b[?2026l"));
  assert.equal(await text(whole), "half and whole");
  emulator.write(encode("\x1b[?2026h\x1b[2K\rnext"));
  assert.equal(await text(emulator.snapshot()), "next", "a program that never ends it");
  emulator.write(encode("\x1b[?2026l\x1b[?2026h!"));
  const sized = emulator.snapshot();
  await emulator.resize(70, 20);
  assert.equal((await sized).cols, 80);
});

Deno.test("what comes in one turn, or while the emulator is busy, goes to it as one message, ahead of the next question", async () => {
  using emulator = start();
  await emulator.ready;
  const posted: string[] = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, message: { type: string }, ...rest: unknown[]) {
    posted.push(message.type);
    Reflect.apply(postMessage, this, [message, ...rest]);
  };
  try {
    for (let i = 0; i < 500; i++) emulator.write(encode(`${i}\r\n`));
    const early = emulator.snapshot();
    for (let i = 500; i < 1000; i++) emulator.write(encode(`${i}\r\n`));
    const late = emulator.lines(0, 2000);
    assert.deepEqual(posted, ["write", "snapshot", "write", "lines"]);
    assert.equal((await early).version, 2390);
    const { rows } = await late;
    assert.deepEqual(rows.map(([text]) => text), [...Array.from({ length: 1000 }, (_, i) => `${i}`), ""]);
    // All is parsed: the next screen goes when this turn is over, whatever comes after it, and an echo a moment later.
    await emulator.snapshot();
    emulator.write(encode("screen ".repeat(100)));
    await Promise.resolve();
    assert.deepEqual(posted.slice(4), ["snapshot", "write"]);
    await emulator.snapshot();
    emulator.write(encode("key"));
    await Promise.resolve();
    assert.deepEqual(posted.slice(6), ["snapshot"]);
    await poll(() => posted[7] === "write", 5000, "the echo");
    await emulator.snapshot();
    // The command waits for the answer.
    emulator.write(encode("\x1b[6n"));
    await Promise.resolve();
    assert.deepEqual(posted.slice(8), ["snapshot", "write"]);
  } finally {
    Worker.prototype.postMessage = postMessage;
  }
});

Deno.test("each query is answered once and in order", async () => {
  const replies: string[] = [];
  using emulator = start({ onReply: (bytes) => replies.push(decode(bytes)) });
  const queries = [
    "\x1b[c",
    "\x1b[>c",
    "\x1b[=c",
    "\x1b[6n",
    "\x1b[>q",
    "\x1b]10;?\x07",
    "\x1b]11;#204060\x1b\\\x1b]11;?\x1b\\",
    "\x1b]4;1;?\x07",
    "\x1b[?2027$p",
    "\x1b[?2004$p",
    "\x1bP+q544e;zz\x1b\\",
    "\x1b[1;38;2;1;2;3m\x1bP$qm\x1b\\",
    "\x1b[18t",
    "\x1b[?996n",
    "\x1b[?u\x05\x1b]52;c;?\x07",
  ];
  for (const query of queries) emulator.write(encode(query));
  await emulator.snapshot();
  assert.deepEqual(
    replies.join("\n").replaceAll("\x1b", "^"),
    [
      "^[?1;2c",
      "^[>0;276;0c",
      "^P!|00000000^\\",
      "^[1;1R",
      "^P>|Beach(0.1)^\\",
      "^]10;rgb:e5e5/e5e5/e5e5^\\",
      "^]11;rgb:2020/4040/6060^\\",
      "^]4;1;rgb:cdcd/0000/0000^\\",
      "^[?2027;2$y",
      "^[?2004;2$y",
      "^P1+r544e=787465726d2d323536636f6c6f72^\\",
      "^P0+r^\\",
      "^P1$r0;1;38;2;1;2;3m^\\",
      "^[8;24;80t",
      "^[?997;1n",
    ].join("\n"),
  );
});

Deno.test("queries of colours are told those of the host's terminal, from when it said them", async () => {
  const replies: string[] = [];
  using emulator = start({ onReply: (bytes) => replies.push(decode(bytes)) });
  const ask = () => emulator.write(encode("\x1b]11;?\x07\x1b]12;?\x07\x1b]4;1;?;2;?\x07\x1b[?996n"));
  ask();
  emulator.colours = {
    dynamic: new Map([[10, [0, 0, 128]], [11, [255, 255, 255]]]),
    palette: new Map([[1, [170, 0, 0]]]),
  };
  ask();
  await emulator.snapshot();
  assert.deepEqual(replies.map((reply) => reply.replaceAll("\x1b", "^")), [
    ...["^]11;rgb:0000/0000/0000^\\", "^]12;rgb:e5e5/e5e5/e5e5^\\"],
    ...["^]4;1;rgb:cdcd/0000/0000^\\", "^]4;2;rgb:0000/cdcd/0000^\\", "^[?997;1n"],
    ...["^]11;rgb:ffff/ffff/ffff^\\", "^]12;rgb:0000/0000/8080^\\"],
    ...["^]4;1;rgb:aaaa/0000/0000^\\", "^]4;2;rgb:0000/cdcd/0000^\\", "^[?997;2n"],
  ]);
});

Deno.test("more output than the emulator parses in 100 ms pauses the PTY, until it caught up", async () => {
  const { promise: resumed, resolve } = Promise.withResolvers<void>();
  const pressure: boolean[] = [];
  using emulator = start({
    onPressure: (pause) => {
      pressure.push(pause);
      if (!pause) resolve();
    },
  });
  await emulator.ready;
  const chunk = encode("0123456789abcdef\r\n".repeat(3640));
  while (pressure.length === 0) emulator.write(chunk);
  assert.ok(
    emulator.written <= 2 * 1024 * 1024 + chunk.length,
    `paused only after ${emulator.written} bytes`,
  );
  await resumed;
  assert.deepEqual(pressure, [true, false]);
  assert.ok(emulator.written - emulator.parsed < 1024 * 1024);
});

Deno.test("a resize happens after what was written before it; history numbers rows from the first", async () => {
  using emulator = start({ rows: 3 });
  emulator.write(encode("one\r\ntwo\r\nthree\r\nfour\r\nfive"));
  const { first, end, rows, era } = await emulator.lines(0, 3);
  assert.deepEqual({ first, end, era }, { first: 0, end: 5, era: 0 });
  assert.deepEqual(rows, [["one", false], ["two", false], ["three", false]]);
  assert.equal(await emulator.resize(40, 10), 27);
  const snapshot = await emulator.snapshot();
  assert.deepEqual([snapshot.cols, snapshot.rows, snapshot.era], [40, 10, 1]);
});

Deno.test("a closed emulator rejects what was asked of it", async () => {
  const emulator = start();
  const snapshot = emulator.snapshot();
  emulator[Symbol.dispose]();
  await assert.rejects(snapshot, /the terminal emulator was closed/);
  await assert.rejects(emulator.lines(0, 1), /the terminal emulator was closed/);
});
