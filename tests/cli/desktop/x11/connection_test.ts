import assert from "node:assert/strict";
import { openDisplay } from "../../../../cli/desktop/x11/display.ts";
import { deadline } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { START, XServer, xvfb } from "./x_server.ts";

const { testWith } = needs;
const soon = () => AbortSignal.timeout(START);

Deno.test("a display that is not there is named in one line", async () => {
  await assert.rejects(
    openDisplay(":59123", {}, soon()),
    /^Failure: There is no such X display: ":59123"\. Check/,
  );
  await assert.rejects(openDisplay("localhost:59123", {}, soon()), /There is no such X display/);
});

testWith([xvfb], "a server that refuses says so, with what to do", async () => {
  await using server = await XServer.start();
  const none = { ...server.environment, XAUTHORITY: server.dir.join("nothing") };
  await assert.rejects(openDisplay(server.name, none, soon()), /The X display refused.*Set XAUTHORITY/);
  const folder = { ...server.environment, XAUTHORITY: server.dir.path };
  await assert.rejects(openDisplay(server.name, folder, soon()), /cookie can't be read/);
  await assert.rejects(
    openDisplay(`${server.name}.1`, server.environment, soon()),
    /no such screen.*wanted 0 to 0/,
  );
});

testWith([xvfb], "each extension that is missing is named", async () => {
  for (const extension of ["DAMAGE", "XFIXES", "XTEST", "RANDR"]) {
    await using server = await XServer.start({ args: ["-extension", extension] });
    await assert.rejects(server.open(), new RegExp(`lacks the extension ${extension}`));
  }
});

testWith([xvfb], "the loss of a server is told, and ends what waits", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  await capture.next(soon());
  const waiting = assert.rejects(capture.next(soon()), /The X display is gone/);
  server.kill();
  const failure = await deadline(display.lost, START, "the loss");
  assert.match(failure.message, /The X display is gone: ":\d+"/);
  await deadline(waiting, START, "the end of the wait");
  await assert.rejects(display.clipboard.offer({ text: "x" }), /gone/);
  // What has no answer is dropped in silence.
  assert.ok(display.input.move(1, 1));
});

testWith([xvfb], "what aborts ends the opening and a wait with its reason", async () => {
  await using server = await XServer.start();
  const reason = new Error("enough");
  await assert.rejects(openDisplay(server.name, server.environment, AbortSignal.abort(reason)), reason);
  using display = await server.open();
  using capture = await display.capture({ kind: "all" });
  await capture.next(soon());
  const stop = new AbortController();
  const waiting = capture.next(stop.signal);
  stop.abort(reason);
  await assert.rejects(waiting, reason);
});
