import assert from "node:assert/strict";
import { TaskQueue } from "../../../../cli/desktop/x11/input/task_queue.ts";

Deno.test("what needs no waiting is done within the call, and behind what waits it keeps its order", async () => {
  const queue = new TaskQueue();
  const done: string[] = [];
  queue.add(() => void done.push("at once"));
  assert.deepEqual(done, ["at once"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  queue.add(async () => {
    await promise;
    done.push("later");
  });
  queue.add(() => void done.push("behind it"));
  queue.add(() => Promise.reject(new Error("fails")));
  queue.add(() => {
    throw new Error("fails too");
  });
  queue.add(() => void done.push("last"));
  assert.deepEqual(done, ["at once"]);
  resolve();
  await queue.settled();
  assert.deepEqual(done, ["at once", "later", "behind it", "last"]);
  // What was done takes no room.
  for (let i = 0; i < 3; i++) {
    queue.add(() => Promise.resolve());
    assert.ok(queue.add(() => {}, 131_072));
    await queue.settled();
  }
  queue.add(() => void done.push("again"));
  assert.equal(done.at(-1), "again");
});

Deno.test("a full queue says so, and a clear one has stopped what ran", async () => {
  const queue = new TaskQueue();
  const { promise, resolve } = Promise.withResolvers<void>();
  let stopped = false;
  queue.add(async (cancelled) => {
    await promise;
    stopped = cancelled();
  });
  let ran = 0;
  const added = Array.from({ length: 5000 }, () => queue.add(() => void ran++)).filter(Boolean).length;
  assert.equal(added, 4096);
  queue.clear();
  assert.deepEqual([queue.add(() => {}, 100_000), queue.add(() => {}, 40_000)], [true, false]);
  queue.clear();
  assert.ok(queue.add(() => void ran++, 131_072));
  queue.clear();
  resolve();
  await queue.settled();
  assert.deepEqual([stopped, ran], [true, 0]);
});
