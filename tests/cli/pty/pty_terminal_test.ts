import assert from "node:assert/strict";
import { testWith, unixTerminal } from "../../support/needs.ts";
import { isRunning, PtySession } from "../pty_session.ts";

const test = (name: string, fn: () => Promise<void>) => testWith([unixTerminal], name, fn);
/** Lines that the kernel holds for a reader however it packs them. */
const HELD = 1200;

test("the terminal edits lines as others do: whole letters go, and only Ctrl-Q goes on after Ctrl-S", async () => {
  await using session = new PtySession("stty -a; echo READY; head -n1 | od -An -c; exit");
  session.read();
  await session.waitFor(/READY/);
  const on = /(?<![-\w])(icrnl|ixon|iutf8|opost|onlcr|icanon|isig|iexten|echo|echoe|echok|echoctl|echoke)\b/g;
  assert.equal(session.output.match(on)?.length, 13, session.output);
  assert.match(session.output, /-ixany/);
  if (Deno.build.os === "linux") assert.match(session.output, /-hupcl[^]*-brkint[^]*-imaxbel/);
  if (Deno.build.os === "linux") assert.match(session.output, /eol = <undef>;\s+eol2 = <undef>/);
  await session.type("naïve 日本語\x7f\x7fX\r");
  const [, dump] = await session.waitFor(/READY[^]*?\r\n((?: +\S+)+)\r\n/);
  const bytes = dump!.trim().split(/\s+/);
  // "naïve 日X\n": `od` shows what is no ASCII in octal.
  assert.deepEqual(bytes.slice(-5), ["346", "227", "245", "X", "\\n"]);
});

test("a program that sets its terminal first thing keeps its settings", async () => {
  for (let run = 0; run < 10; run++) {
    await using session = new PtySession("exec stty raw -echo");
    session.read();
    assert.equal((await session.exit()).code, 0);
  }
  await using session = new PtySession("stty raw -echo; exec stty -a");
  session.read();
  await session.exit();
  assert.match(session.output, /-icanon[^]*-echo\b/);
});

for (
  const job of ["while :; do echo tick; sleep 0.02; done", "yes", "while :; do printf x; sleep 0.09; done"]
) {
  test(`a job that prints for ever does not hold the end, and costs no output: ${job}`, async () => {
    const script = `(trap '' HUP; ${job}) & echo $! >&2; sleep 0.1; seq 1 ${HELD} | sed s/^/own/; exit 4`;
    await using session = new PtySession(script);
    session.read();
    const [, pid] = await session.waitFor(/(\d+)\r\n/);
    try {
      await session.waitFor(/own1\r/);
      const began = performance.now();
      assert.equal((await session.exit()).code, 4);
      assert.ok(performance.now() - began < 3000, `${performance.now() - began} ms`);
      const own = session.output.match(/own\d+/g);
      assert.equal(own?.at(-1), `own${HELD}`);
    } finally {
      if (isRunning(Number(pid))) Deno.kill(Number(pid), "SIGKILL");
    }
  });
}

test("a job that prints does not end what a paused reader has still to get", async () => {
  await using session = new PtySession(
    `(trap '' HUP; while :; do echo tick || exit; sleep 0.01; done) & seq 1 ${HELD}; echo last; exit 0`,
  );
  let pieces = 0;
  session.read(() => {
    if (++pieces > 3) return;
    session.pty.pause();
    setTimeout(() => session.pty.resume(), 1100);
  });
  await session.exit();
  assert.match(session.output, /last\r\n/);
});
