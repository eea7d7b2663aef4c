/** When pictures are made: only while somebody watches, no more often than wanted, a few times again after a change, and then seldom. */
import assert from "node:assert/strict";
import { type ScreenPicture, ScreenSource } from "../../../../cli/desktop/host/screen_source.ts";
import type { Change } from "../../../../cli/desktop/x11/types.ts";
import { pass, runtimeClock } from "../../../session/runtime/simulated_clock.ts";
import { Clock } from "../../../session/world.ts";

const AREA = { x: 0, y: 0, width: 4, height: 2 };
const ALL = { x: 0, y: 0, width: 4, height: 2 };

/** A screen that changes when it is told to. */
function screen(fps: number, sharpFrom = () => 0) {
  const clock = new Clock();
  let [changed, waiting] = [undefined as Change | undefined, Promise.withResolvers<void>()];
  const pictures: ScreenPicture[] = [];
  let grabs = 0;
  let asking = false;
  const source = new ScreenSource({
    next: async () => {
      asking = true;
      await waiting.promise;
      asking = false;
      const change = changed!;
      [changed, waiting] = [undefined, Promise.withResolvers()];
      return change;
    },
    grab: (_, frame) => {
      // The next one may be about another area already.
      assert.equal(asking, false, "a change is read while the next one is asked for");
      frame.fill(++grabs);
      return Promise.resolve(true);
    },
    picture: (picture) => {
      pictures.push({ ...picture, pixels: picture.pixels.slice() });
      return Promise.resolve(pictures.length < sharpFrom());
    },
    clock: runtimeClock(clock),
  }, fps);
  const stop = new AbortController();
  const ran = source.run(stop.signal).catch((error) => error);
  return {
    clock,
    source,
    pictures,
    change: (area = AREA, rectangles = [ALL]) => {
      changed = { area, rectangles };
      waiting.resolve();
    },
    grabs: () => grabs,
    end: async () => {
      stop.abort(new Error("enough"));
      assert.equal((await ran).message, "enough");
    },
  };
}

/** What is to be done at once is done. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("nothing is read while nobody watches; the first who does gets the present picture", async () => {
  const { clock, source, pictures, change, grabs, end } = screen(30);
  change();
  await pass(clock, 1000);
  assert.equal(grabs(), 0);
  source.watch(false);
  source.watch(true);
  await pass(clock, 50);
  assert.equal(grabs(), 1);
  assert.deepEqual(pictures[0]!.changed, [ALL]);
  await end();
});

Deno.test("after a change the picture comes twice more, then seldom until the next change", async () => {
  const { clock, source, pictures, change, grabs, end } = screen(30);
  source.watch(true);
  change();
  await pass(clock, 1500);
  assert.equal(grabs(), 1);
  assert.deepEqual(pictures.map(({ changed }) => changed.length), [1, 0, 0]);
  // A browser that gets no picture for 3 s asks for a keyframe.
  await pass(clock, 4000);
  assert.equal(pictures.length, 5);
  assert.ok(pictures.every(({ at }, i) => i === 0 || at - pictures[i - 1]!.at < 2500));
  change();
  await pass(clock, 1000);
  assert.equal(pictures.length, 8);
  await end();
});

Deno.test("a picture that is not sharp comes again until it is, and twice more; for 6 s at most", async () => {
  let sharpFrom = 12;
  const { clock, source, pictures, change, end } = screen(30, () => sharpFrom);
  source.watch(true);
  change();
  await pass(clock, 2000);
  assert.equal(pictures.length, 11 + 2);
  // A keyframe for who came is as rough as a change is.
  sharpFrom = 20;
  source.wake();
  await pass(clock, 1500);
  assert.equal(pictures.length, 19 + 2);
  sharpFrom = Infinity;
  const before = pictures.length;
  source.wake();
  await pass(clock, 6000);
  const soon = pictures.length - before;
  assert.ok(soon > 50 && soon < 65, `${soon} times`);
  await pass(clock, 10_000);
  assert.ok(pictures.length - before - soon <= 6, `${pictures.length - before} times`);
  await end();
});

Deno.test("what changes at the very rate that is wanted is taken when it changes", async () => {
  const { clock, source, pictures, change, end } = screen(50);
  source.watch(true);
  const changes: number[] = [];
  // Timers ring late, now one and now the other.
  for (let i = 0; i < 50; i++) {
    changes.push(clock.now);
    change();
    await settled();
    await pass(clock, i % 2 === 0 ? 17 : 23);
  }
  const taken = pictures.filter(({ changed }) => changed.length > 0);
  assert.equal(taken.length, 50);
  assert.ok(
    taken.every(({ at }, i) => at - changes[i]! <= 1),
    taken.map(({ at }, i) => at - changes[i]!).join(),
  );
  await end();
});

Deno.test("what changes after a still time is taken at once", async () => {
  const { clock, source, pictures, change, end } = screen(30);
  source.watch(true);
  change();
  await settled();
  for (const still of [45, 145, 500, 2150]) {
    await pass(clock, still);
    const before = clock.now;
    change();
    await settled();
    assert.ok(
      pictures.at(-1)!.changed.length === 1 && pictures.at(-1)!.at - before <= 1,
      `after ${still} ms`,
    );
  }
  await end();
});

Deno.test("a screen that changes all the time is read as often as is wanted, and no more", async () => {
  const { clock, source, change, grabs, end } = screen(20);
  source.watch(true);
  for (let ms = 0; ms < 1000; ms += 5) {
    change();
    await pass(clock, 5);
  }
  assert.ok(grabs() >= 18 && grabs() <= 21, `${grabs()} in a second`);
  await end();
});

Deno.test("who needs the picture again gets it without a change", async () => {
  const { clock, source, pictures, change, end } = screen(30);
  source.watch(true);
  change();
  await pass(clock, 1000);
  const before = pictures.length;
  source.wake();
  await pass(clock, 40);
  assert.equal(pictures.length, before + 1);
  assert.deepEqual(pictures.at(-1)!.changed, []);
  await end();
});

Deno.test("another size is another picture, whole", async () => {
  const { clock, source, pictures, change, end } = screen(30);
  source.watch(true);
  change();
  await pass(clock, 500);
  change({ x: 0, y: 0, width: 8, height: 2 }, [{ x: 0, y: 0, width: 8, height: 2 }]);
  await pass(clock, 40);
  assert.equal(pictures.at(-1)!.pixels.length, 64);
  // What is no area any more gives none.
  change({ x: 0, y: 0, width: 0, height: 0 }, []);
  const before = pictures.length;
  await pass(clock, 500);
  assert.equal(pictures.slice(before).filter(({ pixels }) => pixels.length === 0).length, 0);
  await end();
});
