import assert from "node:assert/strict";
import fc from "fast-check";
import { Playback } from "../../../cli/play/playback.ts";
import { cast, V2 } from "./casts.ts";

const { events } = cast(
  V2,
  [1, "o", "one"],
  [2, "m", "Ada joined"],
  [2, "o", "two"],
  [10, "o", "three"],
  [100, "o", "one more"],
);

Deno.test("playback: time passes, at any speed, and stops at the end", () => {
  const playback = new Playback(events, 2, 0);
  assert.deepEqual([playback.count(499), playback.count(500), playback.count(1000)], [0, 1, 3]);
  assert.equal(playback.words(1000), "0:02/1:40 play 2x  ? keys, q leaves");
  assert.equal(playback.wait(1000), 500);
  playback.key("-", 1000);
  assert.equal(playback.count(8999), 3);
  assert.equal(playback.count(9000), 4);
  assert.equal(playback.count(1e6), 5);
  assert.equal(playback.words(1e6), "1:40/1:40 end  ? keys, q leaves");
  assert.equal(playback.wait(1e6), Infinity);
});

Deno.test("playback: stop, step, seek, marks", () => {
  const playback = new Playback(events, 1, 0);
  const press = (...keys: string[]) => {
    for (const key of keys) playback.key(key, 1500);
    return [playback.count(1500), playback.words(1500).split("  ")[0]];
  };
  assert.deepEqual(press(" "), [1, "0:01/1:40 stop"]);
  assert.equal(playback.count(60_000), 1);
  assert.deepEqual(press("."), [2, "0:02/1:40 stop"]);
  assert.deepEqual(press(".", "."), [4, "0:10/1:40 stop"]);
  assert.deepEqual(press(",", ","), [2, "0:02/1:40 stop"]);
  assert.deepEqual(press("\x1b[C", "l"), [4, "0:12/1:40 stop"]);
  assert.deepEqual(press("\x1bOD"), [3, "0:07/1:40 stop"]);
  assert.deepEqual(press("\x1b[6~", "\x1b[6~"), [5, "1:40/1:40 end"]);
  assert.deepEqual(press("g"), [0, "0:00/1:40 stop"]);
  assert.deepEqual(press("]"), [2, "0:02/1:40 stop"]);
  assert.match(playback.words(1500), /Ada joined$/);
  assert.deepEqual(press("]"), [2, "0:02/1:40 stop"]);
  assert.match(playback.words(1500), /no mark there$/);
  assert.deepEqual(press("G", "["), [2, "0:02/1:40 stop"]);
  // From the end Space begins again.
  assert.deepEqual(press("G", " "), [0, "0:00/1:40 play"]);
});

Deno.test("playback: search, its next and its last, and what is not there", () => {
  const playback = new Playback(events, 1, 0);
  const press = (keys: string) => {
    for (const key of keys) playback.key(key, 0);
    return playback.count(0);
  };
  assert.equal(press(" /one"), 0);
  assert.equal(playback.words(0), "/one");
  assert.equal(press("\r"), 1);
  assert.match(playback.words(0), /found "one"$/);
  assert.equal(press("n"), 5);
  assert.equal(press("n"), 5);
  assert.match(playback.words(0), /no "one" after this$/);
  assert.equal(press("N"), 1);
  assert.equal(press("/\r"), 5);
  assert.equal(press("/q\x1b"), 5);
  assert.equal(playback.over, false);
  press("?");
  assert.equal(playback.help, true);
  press("x");
  assert.equal(playback.help, false);
  press("q");
  assert.equal(playback.over, true);
});

Deno.test("playback: whatever is typed and however time goes, it is somewhere in the recording", () => {
  const step = fc.tuple(fc.constantFrom(..." .,hlgG+-[]/n?\r\x1b", "\x1b[5~", "one"), fc.nat(5000));
  fc.assert(fc.property(fc.array(step), (steps) => {
    const playback = new Playback(events, 1, 0);
    let now = 0;
    for (const [key, ms] of steps) {
      playback.key(key, now += ms);
      const count = playback.count(now);
      assert.ok(count >= 0 && count <= events.length);
      assert.ok(playback.wait(now) >= 0);
      if (!playback.words(now).startsWith("/")) {
        assert.match(playback.words(now), /^\d:\d\d\/1:40 (play|stop|end)/);
      }
    }
  }));
});
