import assert from "node:assert/strict";
import { LinkWatch } from "../../../session/viewer/link_watch.ts";
import type { Role } from "../../../frames/message.ts";

/** A session whose link was last heard at `heardAt`; undefined: it has none. */
function watched(now: number) {
  const link = {
    heardAt: undefined as number | undefined,
    attached: false,
    role: undefined as Role | undefined,
  };
  const silentFor = (now: number) => link.heardAt === undefined ? Infinity : now - link.heardAt;
  const watch = new LinkWatch({
    get conversation() {
      return link.heardAt === undefined && !link.attached ? undefined : {} as never;
    },
    get role() {
      return link.role;
    },
    silentFor,
    stale: (now) => link.heardAt !== undefined && silentFor(now) >= 2000,
  }, now);
  return { watch, link };
}

Deno.test("silence is counted over links: from the start, from what a link heard, and on when it is gone", () => {
  const { watch, link } = watched(100);
  assert.equal(watch.silence(400), 300);
  link.heardAt = 450;
  assert.equal(watch.silence(500), 50);
  link.heardAt = undefined;
  assert.equal(watch.silence(1450), 1000);
  // A fresh link that has heard nothing newer yet.
  link.heardAt = 300;
  assert.equal(watch.silence(1450), 1000);
});

Deno.test("a link that is gone or silent is a fault, and another is asked for every 3 s at most", () => {
  const { watch, link } = watched(0);
  assert.equal(watch.fault(0), "gone");
  link.heardAt = 1000;
  assert.equal(watch.fault(2999), null);
  assert.equal(watch.fault(3000), "silent");
  assert.deepEqual([3000, 3001, 5999, 6000].map((now) => watch.ask(now)), [true, false, false, true]);
  watch.askNow(8000);
  assert.deepEqual([9000, 10_999, 11_000].map((now) => watch.ask(now)), [false, false, true]);
});

Deno.test("what a person is told of a link: nothing while all is well or may be soon, then since when", () => {
  const { watch, link } = watched(0);
  assert.equal(watch.words(900, undefined), null);
  assert.equal(watch.words(1500, undefined), "looking for a way to the host, 1 s");
  assert.equal(watch.words(1500, "the host has to approve"), "Waiting: the host has to approve");
  link.role = "write";
  assert.equal(
    watch.words(2100, undefined),
    "last heard 2 s ago, reconnecting",
    "it came and went between two looks",
  );
  link.heardAt = 2000;
  assert.equal(watch.words(3000, undefined), null);
  assert.equal(watch.words(5100, undefined), "last heard 3 s ago, reconnecting");
  link.heardAt = undefined;
  assert.equal(watch.words(6000, undefined), "last heard 4 s ago, reconnecting");
  link.attached = true;
  assert.equal(watch.fault(7000), null);
  assert.equal(watch.words(7000, undefined), "last heard 5 s ago, reconnecting", "the host has not answered");
  assert.equal(watch.late(7000), 2000);
});
