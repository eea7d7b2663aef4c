import assert from "node:assert/strict";
import { openDisplay } from "../../../../cli/desktop/x11/display.ts";
import { startVirtualDisplay } from "../../../../cli/desktop/x11/virtual_display.ts";
import { poll } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { segmentsOf } from "../../../support/process_tree.ts";
import { Spawned } from "../../../support/spawned.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { START, xvfb } from "./x_server.ts";

const { testWith } = needs;
const both = [xvfb, needs.program("openbox"), needs.linux];
const soon = () => AbortSignal.timeout(START);
const environment = () => Deno.env.toObject();
const size = { width: 800, height: 600 };

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A display's socket, its cookie, and the folder of that. Xvfb makes no lock file where it chooses the number. */
function filesOf(name: string, authority: string): string[] {
  return [`/tmp/.X11-unix/X${name.slice(1)}`, authority, authority.replace(/\/[^/]*$/, "")];
}

testWith(both, "a display of its own is of the wanted size, private, and leaves nothing", async () => {
  const virtual = await startVirtualDisplay({ ...size, environment: environment() }, soon());
  const files = filesOf(virtual.name, virtual.env.XAUTHORITY);
  try {
    assert.ok(files.every(isThere));
    assert.equal(Deno.statSync(virtual.env.XAUTHORITY).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(files[2]!).mode! & 0o777, 0o700);
    const stranger = { ...environment(), XAUTHORITY: "/dev/null" };
    await assert.rejects(openDisplay(virtual.name, stranger, soon()), /refused/);
    using display = await openDisplay(virtual.name, { ...environment(), ...virtual.env }, soon());
    assert.deepEqual([display.layout.width, display.layout.height], [800, 600]);
    using capture = await display.capture({ kind: "all" });
    const { rectangles } = await capture.next(soon());
    assert.ok(await capture.grab(rectangles, new Uint8Array(800 * 600 * 4)));
    assert.ok(capture.isShared);
  } finally {
    await virtual[Symbol.asyncDispose]();
  }
  assert.deepEqual(files.filter(isThere), []);
});

testWith([...both, needs.program("xterm"), needs.program("xprop")], "windows are managed", async () => {
  await using virtual = await startVirtualDisplay({ ...size, environment: environment() }, soon());
  await using _xterm = Spawned.start(["xterm", "-e", "sleep", "60"], { env: virtual.env });
  const asked = async () => {
    await using xprop = Spawned.start(["xprop", "-root", "_NET_CLIENT_LIST"], { env: virtual.env });
    await xprop.waitForExit(START);
    return /# 0x/.test(xprop.stdout);
  };
  const end = performance.now() + START;
  while (!await asked()) assert.ok(performance.now() < end, "a managed window");
});

testWith(both, "after kill -9 nothing is left: no process, no file, no shared memory", async () => {
  await using dir = await TempDir.create();
  const path = new URL("./virtual_host.ts", import.meta.url).pathname;
  await using host = Spawned.start([Deno.execPath(), "run", "-A", "--no-check", path], { env: dir.env });
  const line = await host.waitForLine((line) => line.startsWith("{") && line, START, "the display");
  const { name, authority } = JSON.parse(line);
  const files = filesOf(name, authority);
  assert.ok(files.every(isThere));
  host.noteFamily();
  assert.ok(host.strays().some((process) => process.name === "Xvfb"));
  const ours = [host.pid, ...host.strays().map(({ pid }) => pid)];
  assert.ok(segmentsOf(ours).length > 0);
  host.kill("SIGKILL");
  await host.waitForExit(START);
  await poll(() => host.strays().length === 0, START, "the end of all processes");
  assert.deepEqual(files.filter(isThere), []);
  await poll(() => segmentsOf(ours).length === 0, START, "the end of shared memory");
  await dir.assertEmptyTmp();
});

testWith([xvfb], "a window manager that ends is told", async () => {
  await using dir = await TempDir.create();
  await Deno.writeTextFile(dir.join("openbox"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const path = `${dir.path}:${Deno.env.get("PATH")}`;
  const start = startVirtualDisplay({ ...size, environment: { ...environment(), PATH: path } }, soon());
  await assert.rejects(start, /The window manager did not start: "openbox"/);
});

Deno.test("what is missing is named, with what to install", async () => {
  await using dir = await TempDir.create();
  const start = () => startVirtualDisplay({ ...size, environment: { PATH: dir.path } }, soon());
  await assert.rejects(start(), /Xvfb is not installed, which --desktop virtual needs\. .*apt install xvfb/);
  await Deno.writeTextFile(dir.join("Xvfb"), "#!/bin/sh\necho no room for a screen >&2\nexit 1\n", {
    mode: 0o755,
  });
  await assert.rejects(start(), /No window manager is installed.*apt install openbox/);
  await Deno.writeTextFile(dir.join("twm"), "#!/bin/sh\n", { mode: 0o755 });
  await assert.rejects(start(), /Xvfb did not start\. no room for a screen/);
  const large = startVirtualDisplay({ width: 1e6, height: 600, environment: {} }, soon());
  await assert.rejects(large, /can't have this size: "1000000x600"; wanted sides from 64 to 16384/);
});
