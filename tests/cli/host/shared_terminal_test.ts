/** The shared terminal between viewers that ask for much and the parts that it costs. */
import assert from "node:assert/strict";
import { Emulator } from "../../../cli/emulator/emulator.ts";
import { Pty } from "../../../cli/pty/pty.ts";
import { SharedTerminal } from "../../../cli/host/shared_terminal.ts";
import { HostSession } from "../../../session/host/host_session.ts";
import { TYPED_LIMIT } from "../../../session/sync/limits.ts";
import { poll } from "../../support/deadline.ts";

/** A shared terminal on a real emulator, and how often its size changed. */
function start() {
  const emulator = new Emulator({
    cols: 80,
    rows: 24,
    scrollback: 100_000,
    onReply: () => {},
    onPressure: () => {},
    onFailure: (error) => assert.fail(error),
  });
  const session = new HostSession({
    now: () => performance.now(),
    type: () => {},
    snapshot: () => emulator.snapshot(),
    lines: (from, to) => emulator.lines(from, to),
    picture: (id) => emulator.picture(id),
    changed: () => {},
    log: () => {},
  }, { cols: 80, rows: 24, singleChannel: false });
  const terminal = new SharedTerminal(emulator, session);
  const sizes: number[] = [];
  terminal.follow({ output: () => {}, resize: (cols) => sizes.push(cols), pending: 0 });
  return { emulator, session, terminal, sizes };
}

Deno.test("of a flood of sizes only the first and the newest are laid out", async () => {
  const { emulator, session, terminal, sizes } = start();
  using _emulator = emulator;
  using _terminal = terminal;
  await emulator.ready;
  emulator.write(new TextEncoder().encode("a line of text\r\n".repeat(50_000)));
  for (let i = 0; i < 1000; i++) terminal.resize({ cols: 81 + i % 100, rows: 24 });
  await poll(() => session.size.cols === 180, 10_000, "the last size");
  assert.deepEqual(sizes, [81, 180]);
  assert.equal((await emulator.snapshot()).cols, 180);
});

Deno.test("a person is read no further while a program reads nothing, and gets no more answers than it may leave unread", async () => {
  const { emulator, session, terminal } = start();
  using _emulator = emulator;
  using _terminal = terminal;
  await emulator.ready;
  // In cooked mode the kernel would drop what is not read.
  const argv = ["sh", "-c", "stty raw -echo; echo ready; exec sleep 60"] as const;
  await using pty = Pty.spawn({ argv: [...argv], cols: 80, rows: 24, env: Deno.env.toObject() });
  void terminal.run(pty);
  await poll(() => session.version > 0, 10_000, "the command");
  assert.equal(terminal.typeHere(new Uint8Array(1024)), undefined);
  for (let i = 0; i < 100_000; i++) terminal.answer(new Uint8Array(10));
  assert.ok(pty.pending <= 70_000, `${pty.pending} bytes of answers wait`);
  for (let i = 0; i < 14; i++) assert.equal(terminal.typeHere(new Uint8Array(64 * 1024)), undefined);
  void terminal.type(new Uint8Array(TYPED_LIMIT));
  assert.ok(terminal.typeHere(new Uint8Array(1)) instanceof Promise);
});
