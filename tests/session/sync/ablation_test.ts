/** The bench that takes one mechanism away at a time (`tests/bench/ablation/`): its changes fit the sources, its model of SCTP behaves as one. */
import assert from "node:assert/strict";
import { EventClock } from "../../bench/ablation/clock.ts";
import { compare } from "../../bench/ablation/compare.ts";
import { MECHANISMS } from "../../bench/ablation/mechanisms.ts";
import { SimulatedPath } from "../../bench/ablation/network.ts";
import { changed, sourceOf } from "../../bench/ablation/variant.ts";

Deno.test("each change of the ablation stands once in the sources, and changes them", async () => {
  for (const { name, changes } of MECHANISMS) {
    for (const change of changes) {
      const source = await sourceOf(change.file);
      assert.notEqual(changed(source, change), source, name);
    }
  }
  assert.equal(new Set(MECHANISMS.map(({ name, without }) => name + without)).size, MECHANISMS.length);
});

/** A link over this path, and what came on each channel at the second end: the number in each message, and when. */
function link(loss: number, delayMs = 50) {
  const clock = new EventClock();
  const path = new SimulatedPath(clock, { name: "", shape: { delayMs, loss } }, 7);
  const [near, far] = path.link();
  const came = { ctrl: [] as number[], term: [] as number[], bulk: [] as number[] };
  const at: number[] = [];
  far.onmessage = (channel, message) => {
    came[channel].push(new DataView(message.buffer, message.byteOffset).getUint16(0));
    at.push(clock.now);
  };
  near.onmessage = () => {};
  const send = (channel: "ctrl" | "term" | "bulk", number: number, bytes = 40) => {
    const message = new Uint8Array(bytes);
    new DataView(message.buffer).setUint16(0, number);
    near.send(channel, message);
  };
  const run = (ms: number) => clock.run(clock.now + ms, () => Infinity, () => {}, () => false);
  return { clock, path, came, at, send, run };
}

Deno.test("the model of SCTP loses what may be lost, once, and brings the rest in order", async () => {
  const { came, send, run } = link(0.1);
  const all = Array.from({ length: 300 }, (_, i) => i);
  for (const i of all) {
    send("ctrl", i, i % 10 === 0 ? 5000 : 40);
    send("term", i);
    send("bulk", i, 900);
    await run(20);
  }
  await run(20_000);
  assert.deepEqual(came.ctrl, all);
  assert.deepEqual(came.bulk, all);
  assert.equal(new Set(came.term).size, came.term.length);
  assert.ok(came.term.length > 200 && came.term.length < 300, `${came.term.length} of 300`);
});

Deno.test("what stands in the model's queue when a path is cut comes out at its timer, 0.2, 0.6, 1.4 and 3 s into the cut", async () => {
  const { clock, path, came, at, send, run } = link(0, 5);
  for (let i = 0; i < 20; i++) {
    send("term", i);
    await run(50);
  }
  path.cut = true;
  const cutAt = clock.now;
  // A window of packets is lost, and of what follows a packet or two go at each expiry.
  for (let i = 100; i < 164; i++) send("term", i, 1100);
  for (let i = 200; i < 230; i++) send("term", i, 1100);
  await run(2900);
  path.cut = false;
  came.term.length = at.length = 0;
  await run(200);
  assert.ok(came.term.length > 0 && came.term.every((number) => number >= 200), `${came.term}`);
  assert.ok(Math.abs(at[0]! - cutAt - 3005) < 5, `${at[0]! - cutAt} ms after the cut began`);
});

Deno.test("a figure has moved where it did so in each half of the seeds, and by more than chance", () => {
  const measured = (add: (seed: number) => number) => ({
    net: { keys: Array.from({ length: 8 }, (_, seed) => [100, 101 + seed % 2, 102 + add(seed)]) },
  });
  const moved = (add: (seed: number) => number) => compare(measured(() => 0), measured(add)).length;
  assert.equal(moved(() => 0), 0);
  assert.equal(moved((seed) => 50 + seed), 1);
  assert.equal(moved((seed) => seed === 3 ? 200 : 0), 0);
  assert.equal(moved((seed) => seed % 2 === 0 ? 40 : -40), 0);
});
