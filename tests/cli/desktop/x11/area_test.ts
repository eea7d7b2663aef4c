import assert from "node:assert/strict";
import { NOWHERE, parseArea, placeArea } from "../../../../cli/desktop/x11/area.ts";

const left = { name: "DP-1", primary: true, x: 0, y: 0, width: 1920, height: 1080 };
const right = { name: "HDMI-1", primary: false, x: 1920, y: 100, width: 1280, height: 1024 };
const layout = { width: 3200, height: 1124, monitors: [left, right] };

Deno.test("an area is all, a monitor, or a rectangle that is cut to the screen", () => {
  assert.deepEqual(placeArea(parseArea("all"), layout), { x: 0, y: 0, width: 3200, height: 1124 });
  assert.deepEqual(placeArea(parseArea("HDMI-1"), layout), { x: 1920, y: 100, width: 1280, height: 1024 });
  assert.deepEqual(placeArea(parseArea("800x600+3000+1000"), layout), {
    x: 3000,
    y: 1000,
    width: 200,
    height: 124,
  });
  assert.deepEqual(placeArea(parseArea("640x480"), layout), { x: 0, y: 0, width: 640, height: 480 });
});

Deno.test("what is not on the screen is nowhere, and never the rest of the screen", () => {
  assert.deepEqual(placeArea(parseArea("DP-2"), layout), NOWHERE);
  assert.deepEqual(placeArea(parseArea("10x10+4000+0"), layout), NOWHERE);
});

Deno.test("what is no area is shown in one line", () => {
  for (const text of ["", "0x10", "10x10+1", "a b", "10x10-5-5", "100000x1"]) {
    assert.throws(() => parseArea(text), /No part of the screen: .*wanted all/);
  }
});
