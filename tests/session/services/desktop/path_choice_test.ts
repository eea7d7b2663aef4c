import assert from "node:assert/strict";
import { PathChoice } from "../../../../session/services/desktop/path_choice.ts";

/** A choice whose video is connected at 0. */
function connected(): PathChoice {
  const choice = new PathChoice(0);
  choice.mediaUp(0);
  return choice;
}

/** Old pictures from `from` on, for `ms`. */
function old(choice: PathChoice, from: number, ms: number, age = 900): void {
  for (let now = from; now <= from + ms; now += 100) choice.aged(age, 100, now);
}

Deno.test("video is left when its pictures are too old for a while, not for one that is late", () => {
  const choice = connected();
  old(choice, 1000, 3900);
  choice.aged(80, 100, 5000);
  old(choice, 5100, 3900);
  assert.equal(choice.chosen.how, "video");
  choice.aged(900, 100, 9100);
  assert.deepEqual(choice.chosen, { how: "pictures", why: "pictures were 900 ms old" });
  // A long way makes old pictures, and video no worse than others.
  const far = connected();
  for (let now = 0; now < 10_000; now += 100) far.aged(900, 400, now);
  assert.equal(far.chosen.how, "video");
});

Deno.test("video is left when nothing shows although the host sends, when its connection is gone, and when none comes about", () => {
  const silent = connected();
  silent.silent(2900, 5000);
  assert.equal(silent.chosen.how, "video");
  silent.silent(3100, 5200);
  assert.deepEqual(silent.chosen, { how: "pictures", why: "no picture came for 3.1 s" });
  const gone = connected();
  gone.mediaDown("the connection failed", 100);
  assert.equal(gone.chosen.how, "pictures");
  const never = new PathChoice(0);
  assert.equal(never.due(), 6000);
  assert.equal(never.poll(5999), false);
  assert.equal(never.poll(6000), true);
  assert.equal(never.chosen.how, "pictures");
});

Deno.test("video is tried again after a quiet time, which each failure doubles and a good minute ends", () => {
  const choice = connected();
  let now = 0;
  const quiet: number[] = [];
  for (let i = 0; i < 8; i++) {
    choice.silent(3500, now += 1000);
    quiet.push(choice.due() - now);
    assert.equal(choice.poll(choice.due() - 1), false);
    now = choice.due();
    assert.equal(choice.poll(now), true);
    assert.equal(choice.chosen.how, "video");
  }
  assert.deepEqual(quiet, [15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  now += 60_000;
  choice.poll(now);
  choice.silent(3500, now);
  assert.equal(choice.due() - now, 15_000);
});

Deno.test("old pictures over data do not keep video away: on a narrow way it is the better one", () => {
  const choice = connected();
  choice.silent(3500, 1000);
  old(choice, 1000, 14_000, 5000);
  assert.equal(choice.due(), 16_000);
  assert.equal(choice.poll(16_000), true);
  assert.equal(choice.chosen.how, "video");
});

Deno.test("what the person chose holds; where there can be no video there are pictures", () => {
  const choice = connected();
  choice.want("video", 10);
  choice.silent(9000, 20);
  old(choice, 30, 5000);
  assert.deepEqual(choice.chosen, { how: "video", why: "chosen by you" });
  assert.equal(choice.due(), Infinity);
  choice.want("pictures", 6000);
  assert.equal(choice.poll(1e9), false);
  assert.equal(choice.chosen.how, "pictures");
  choice.want("automatic", 7000);
  assert.equal(choice.chosen.how, "video");
  choice.impossible("this browser has no WebRTC", 8000);
  assert.deepEqual(choice.chosen, { how: "pictures", why: "this browser has no WebRTC" });
  assert.equal(choice.poll(1e9), false);
});

Deno.test("a connection that fails again and again is tried less and less often", () => {
  const choice = new PathChoice(0);
  let now = 0;
  const tries: number[] = [];
  for (let i = 0; i < 4; i++) {
    choice.mediaDown("refused", now += 100);
    const due = choice.due();
    tries.push(due - now);
    choice.poll(now = due);
  }
  assert.deepEqual(tries, [15_000, 30_000, 60_000, 120_000]);
});
