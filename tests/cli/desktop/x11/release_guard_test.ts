import assert from "node:assert/strict";
import { Connection } from "../../../../cli/desktop/x11/connection/connection.ts";
import { ReleaseGuard } from "../../../../cli/desktop/x11/input/release_guard.ts";
import { deadline, poll, pollAsync } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { Spawned } from "../../../support/spawned.ts";
import { START, XServer, xvfb } from "./x_server.ts";

const { testWith } = needs;

/** The core protocol's bits of what is down: 1 Shift, 256 the left button. */
async function down(witness: Connection): Promise<number> {
  return (await witness.ask<{ keyMask: number }>((client, done) => client.QueryPointer(witness.root, done)))
    .keyMask;
}

testWith([xvfb, needs.linux], "after kill -9 the keys and buttons that were held are let go", async () => {
  await using server = await XServer.start();
  using witness = await Connection.open(server.name, server.environment, AbortSignal.timeout(START));
  const path = new URL("./holding_host.ts", import.meta.url).pathname;
  const argv = [Deno.execPath(), "run", "-A", "--no-check", path];
  await using host = Spawned.start(argv, { env: server.environment });
  await host.waitForLine((line) => line === "held", START);
  assert.equal(await down(witness), 1 | 256);
  host.noteFamily();
  host.kill("SIGKILL");
  await host.waitForExit(START);
  await pollAsync(async () => await down(witness) === 0, START, "the end of Shift and the button");
  await poll(() => host.strays().length === 0, START, "the end of the guard");
});

testWith([xvfb], "the program lets go of what it is told, and of nothing else", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  using witness = await Connection.open(server.name, server.environment, AbortSignal.timeout(START));
  for (const code of ["ShiftLeft", "ControlLeft"]) {
    display.input.key({ key: "", code, down: true, by: "position" });
  }
  await display.input.settled();
  assert.equal(await down(witness), 1 | 4);
  const main = new URL("../../../../main.ts", import.meta.url).pathname;
  await server.run(Deno.execPath(), "run", "-A", "--no-check", main, "release-input", "k50", "k999999", "x");
  assert.equal(await down(witness), 4);
});

testWith([xvfb], "a guard whose host ends in order lets nothing go, and ends with it", async () => {
  await using server = await XServer.start();
  const mark = server.dir.join("called");
  const display = await server.open();
  const guard = new ReleaseGuard(display.input, server.environment, ["touch", mark]);
  display.input.key({ key: "Shift", code: "ShiftLeft", down: true, by: "position" });
  await display.input.settled();
  await deadline(guard[Symbol.asyncDispose](), START, "the end of the guard");
  display[Symbol.dispose]();
  await assert.rejects(Deno.stat(mark), Deno.errors.NotFound);
});
