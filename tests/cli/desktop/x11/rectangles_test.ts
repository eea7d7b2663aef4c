import assert from "node:assert/strict";
import fc from "fast-check";
import { intersection, MAX_PARTS, partsOf, union } from "../../../../cli/desktop/x11/rectangles.ts";
import type { Rectangle } from "../../../../cli/desktop/x11/types.ts";

const area = { x: 100, y: 50, width: 640, height: 480 };

const rectangle = fc.record({
  x: fc.integer({ min: 0, max: 800 }),
  y: fc.integer({ min: 0, max: 600 }),
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 300 }),
});

function holds(outer: Rectangle, inner: Rectangle): boolean {
  const both = intersection(outer, inner);
  return both !== undefined && both.width === inner.width && both.height === inner.height;
}

Deno.test("parts hold all that changed within the area, are within it, and are few", () => {
  fc.assert(fc.property(fc.array(rectangle, { maxLength: 300 }), (changed) => {
    const parts = partsOf(changed, area);
    assert.ok(parts.length <= MAX_PARTS, `${parts.length}`);
    for (const part of parts) assert.ok(holds({ ...area, x: 0, y: 0 }, part));
    for (const one of changed) {
      const wanted = intersection(one, area);
      if (wanted === undefined) continue;
      const inside = { ...wanted, x: wanted.x - area.x, y: wanted.y - area.y };
      assert.ok(parts.some((part) => holds(part, inside)), JSON.stringify(inside));
    }
  }));
});

Deno.test("small changes far from each other stay apart, the four sides of a window become one", () => {
  const corners = [{ x: 100, y: 50, width: 8, height: 8 }, { x: 730, y: 520, width: 8, height: 8 }];
  assert.deepEqual(partsOf(corners, area).length, 2);
  const dense = Array.from({ length: 64 }, (_, i) => ({ x: 100 + i * 10, y: 60, width: 9, height: 9 }));
  assert.deepEqual(partsOf(dense, area), [{ x: 0, y: 10, width: 639, height: 9 }]);
  assert.deepEqual(partsOf([{ x: 0, y: 0, width: 99, height: 49 }], area), []);
  assert.deepEqual(union(corners[0]!, corners[1]!), { x: 100, y: 50, width: 638, height: 478 });
});
