import assert from "node:assert/strict";
import { displayName, parseDisplayName } from "../../../../cli/desktop/x11/connection/display_name.ts";

Deno.test("names of displays are read as X programs read them", () => {
  const here = { host: undefined, display: 0, screen: 0 };
  assert.deepEqual(parseDisplayName(":0"), { name: ":0", ...here });
  assert.deepEqual(parseDisplayName("unix/:0.1"), { name: "unix/:0.1", ...here, screen: 1 });
  assert.deepEqual(parseDisplayName("unix:12"), { name: "unix:12", ...here, display: 12 });
  const far = parseDisplayName("localhost:10.0");
  assert.deepEqual(far, { name: "localhost:10.0", host: "localhost", display: 10, screen: 0 });
  assert.equal(parseDisplayName("[::1]:3").host, "::1");
});

Deno.test("what is no display's name is shown in one line", () => {
  for (const text of ["0", ":", "host", ":-1", ":60000", ":0.1.2", "a:b:0:x"]) {
    assert.throws(() => parseDisplayName(text), /No name of an X display: ".+"; wanted :0 or HOST:0/);
  }
});

Deno.test("without DISPLAY a person reads what to do, under Wayland too", () => {
  assert.throws(() => displayName(undefined, {}), /DISPLAY is not set\. Name it \(--desktop :0\)/);
  assert.throws(
    () => displayName(undefined, { WAYLAND_DISPLAY: "wayland-0" }),
    /Wayland session.*--desktop browser/,
  );
  assert.equal(displayName(undefined, { DISPLAY: ":7", WAYLAND_DISPLAY: "wayland-0" }).display, 7);
  assert.equal(displayName(":8", { DISPLAY: ":7" }).display, 8);
});
