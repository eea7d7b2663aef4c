import assert from "node:assert/strict";
import { HostGone } from "../../../transport/peer/host_gone.ts";

/** A host's road that answers as it is told; `failed` settles when it was asked. */
function watched(road: string | undefined, answers: boolean[]) {
  const gone = new HostGone(
    road === undefined ? {} : { road },
    () => Promise.resolve(answers.shift() ?? false),
  );
  const failed = async (times = 1) => {
    for (let i = 0; i < times; i++) {
      gone.failed();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { gone, failed };
}

Deno.test("a host is gone when its own road refused twice in a row and its heartbeat is late", async () => {
  const { gone, failed } = watched("http://192.168.1.5:41234", [true, false, true, true, true]);
  await failed(3);
  assert.equal(gone.words(9000, 6000), undefined, "an answer in between counts");
  await failed();
  assert.equal(gone.words(4900, 1900), undefined, "it is not late yet");
  assert.equal(
    gone.words(5600, 2600),
    "The host is gone: nothing runs at http://192.168.1.5:41234 any more, and nothing was heard for 5 s",
  );
  gone.reached();
  assert.equal(gone.words(9000, 6000), undefined, "its road is back");
});

Deno.test("a road that is not the host's own says nothing about the host", async () => {
  for (const road of ["https://road.example", "http://road.example/team", undefined]) {
    const { gone, failed } = watched(road, [true, true, true]);
    await failed(3);
    assert.equal(gone.words(60_000, 57_000), undefined, `${road}`);
  }
});
