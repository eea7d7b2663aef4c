import assert from "node:assert/strict";
import { NativeCalls } from "../../../cli/services/native_calls.ts";
import { NativeProgram } from "../../../cli/services/native_program.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { deadline, poll } from "../../support/deadline.ts";
import { isAlive, readProcess } from "../../support/process_tree.ts";
import { parseJson } from "../../../session/services/messages.ts";

const ECHO = new URL("../../support/native_echo.py", import.meta.url).pathname;
const MAX = 1024 * 1024;
const NEVER = new AbortController().signal;

type Answer = { echo?: unknown; count?: number; pid?: number; part?: number };

function start(
  lines: { push(line: string): void } = [],
  command = `/usr/bin/python3 ${ECHO}`,
): NativeProgram {
  const env = { PATH: Deno.env.get("PATH")! };
  return new NativeProgram({ command, env, maxMessage: MAX, log: (line) => lines.push(line) });
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

async function ask(calls: NativeCalls, value: unknown, signal = NEVER): Promise<Answer> {
  return parseJson(await calls.call(json(value), signal)) as Answer;
}

async function refused(what: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  await assert.rejects(what, (error) => {
    assert(error instanceof ServiceError);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
}

Deno.test("calls share one process, in order; each has its own answer", async () => {
  await using calls = new NativeCalls({ start, timeout: 10_000 });
  const answers = await Promise.all([1, 2, 3, 4].map((n) => ask(calls, { n })));
  assert.deepEqual(answers.map(({ echo }) => echo), [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
  assert.deepEqual(answers.map(({ count }) => count), [1, 2, 3, 4]);
  assert.deepEqual(new Set(answers.map(({ pid }) => pid)).size, 1);
});

Deno.test("a program that ends, is silent, answers garbage or too much: one error each, and the next call works", async () => {
  await using calls = new NativeCalls({ start, timeout: 10_000 });
  // A program needs a second to start on a busy machine.
  await using impatient = new NativeCalls({ start, timeout: 3000 });
  await refused(ask(impatient, { do: "silence" }), "timeout", /within 3 s/);
  assert.deepEqual((await ask(impatient, "there")).echo, "there");
  await refused(ask(calls, { do: "exit", status: 7 }), "gone", /status 7/);
  await refused(ask(calls, { do: "garbage" }), "bad-answer", /4294967295 bytes; at most 1048576/);
  await refused(ask(calls, { do: "big", bytes: MAX }), "bad-answer", /at most 1048576/);
  assert.deepEqual((await ask(calls, "still there")).echo, "still there");
});

Deno.test("a second answer that nobody asked for ends the process: it is no answer to the next call", async () => {
  const started: NativeProgram[] = [];
  const begin = () => {
    started.push(start());
    return started.at(-1)!;
  };
  await using calls = new NativeCalls({ start: begin, timeout: 10_000 });
  assert.equal((await ask(calls, { do: "twice" })).part, 1);
  await deadline(started[0]!.ended, 5000, "the end of a process that says what nobody asked for");
  assert.equal((await ask(calls, "mine")).echo, "mine");
  assert.equal(started.length, 2);
});

Deno.test("a call that is aborted ends its process; the next one has another", async () => {
  const abort = new AbortController();
  const left = () => abort.abort(new ServiceError("gone", "the viewer left"));
  await using calls = new NativeCalls({ start: () => start({ push: left }), timeout: 10_000 });
  const { pid } = await ask(calls, 1);
  // It says on its standard error that it has the message.
  const silent = ask(calls, { do: "silence" }, abort.signal);
  await refused(silent, "gone", /the viewer left/);
  const next = await ask(calls, 2);
  assert.deepEqual(next.echo, 2);
  assert(next.pid !== pid);
});

Deno.test("a program that does not mind the end of its input gets signals, and leaves nothing behind", async () => {
  const lines: string[] = [];
  const program = start(
    lines,
    `/usr/bin/python3 -c 'import signal, time, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit("it was told"))
sys.stdout.buffer.write(b"\\2\\0\\0\\0{}")
sys.stdout.flush()
time.sleep(600)'`,
  );
  assert.deepEqual(parseJson((await program.receive())!), {});
  await program.end();
  assert.deepEqual(lines, ["it was told"]);
});

Deno.test("a command may be whatever a shell runs; all of it ends", async () => {
  for (
    const command of [
      `A=1 /usr/bin/python3 ${ECHO}`,
      `cd / && /usr/bin/python3 ${ECHO}`,
      `true; /usr/bin/python3 ${ECHO}`,
      `(/usr/bin/python3 ${ECHO})`,
      `/usr/bin/python3 ${ECHO} | cat`,
    ]
  ) {
    await using program = start([], command);
    await program.send(json(1));
    assert.equal((parseJson((await program.receive())!) as Answer).echo, 1, command);
  }
  // The shell ends with SIGTERM, and what it ran does not: it holds the standard error of both.
  const stubborn = start(
    [],
    `true; /usr/bin/python3 -c '
import os, signal, struct, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
data = str(os.getpid()).encode()
sys.stdout.buffer.write(struct.pack("=I", len(data)) + data)
sys.stdout.flush()
time.sleep(600)'; true`,
  );
  const pid = parseJson((await stubborn.receive())!) as number;
  const there = readProcess(pid)!;
  await stubborn.end();
  await poll(() => !isAlive(there), 5000, "its end");
});

Deno.test("what it complains of is logged by lines; a command that is not there says so", async () => {
  const lines: string[] = [];
  {
    await using program = start(lines);
    await program.send(json({ do: "complain" }));
    assert.deepEqual(parseJson((await program.receive())!), { complained: true });
  }
  assert.deepEqual(lines, ["a complaint"]);
  await using missing = start(lines, "/nowhere/at/all");
  assert.deepEqual(await missing.receive(), undefined);
  assert((await missing.gone()).message.includes("status 127"));
});

Deno.test("its environment is what it is given, and nothing of ours", async () => {
  await using program = start(
    [],
    `/usr/bin/python3 -c 'import os, sys, json, struct
data = json.dumps(sorted(os.environ)).encode()
sys.stdout.buffer.write(struct.pack("=I", len(data)) + data)'`,
  );
  const names = parseJson((await program.receive())!) as string[];
  assert(
    names.every((name) => ["PATH", "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"].includes(name)),
    names.join(),
  );
});
