/** One contract, every link: what `transport/link.ts` promises. */

import assert from "node:assert/strict";
import { deadline } from "../../support/deadline.ts";
import { type Channel, type Link, MAX_DATAGRAM, MAX_MESSAGE } from "../../../transport/link.ts";
import { type LinkPair, MAKERS } from "../link_makers.ts";

const CHANNELS: readonly Channel[] = ["ctrl", "term", "bulk"];
/** For something that takes milliseconds. */
const SOON = 10_000;

/** Bytes that tell their place, so that a cut or a mix shows. */
function pattern(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 7) & 0xff);
}

/** Collects the messages of one channel; settles with `count` of them. */
function collect(link: Link, channel: Channel, count: number): Promise<Uint8Array[]> {
  const got: Uint8Array[] = [];
  const all = new Promise<Uint8Array[]>((resolve) => {
    link.onmessage = (from, message) => {
      if (from === channel && got.push(message) === count) resolve(got);
    };
  });
  return deadline(all, SOON, `${count} messages on ${channel}`, () => `${got.length} came`);
}

/** Sends with patience: a full buffer empties while others run. */
async function sendAll(link: Link, channel: Channel, messages: Uint8Array[]): Promise<void> {
  const end = Date.now() + SOON;
  for (const message of messages) {
    while (!link.send(channel, message)) {
      assert.ok(Date.now() < end, `${channel} took nothing for ${SOON} ms`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

async function using(make: () => Promise<LinkPair>, test: (pair: LinkPair) => Promise<void>): Promise<void> {
  const pair = await make();
  try {
    await test(pair);
  } finally {
    await Promise.all([pair.host.close(), pair.viewer.close()]);
    await pair.free();
  }
}

for (const [kind, make] of Object.entries(MAKERS)) {
  Deno.test(`${kind}: messages go both ways on each channel, of each size`, () =>
    using(make, async ({ host, viewer }) => {
      for (const [from, to] of [[host, viewer], [viewer, host]] as const) {
        for (const channel of CHANNELS) {
          // On a lossy channel only what fits one packet is sure to arrive on a clean path, one at a time.
          const sizes = channel === "term"
            ? [0, 1, 100, MAX_DATAGRAM]
            : [0, 1, MAX_DATAGRAM, 16_385, MAX_MESSAGE];
          for (const size of sizes) {
            const came = collect(to, channel, 1);
            assert.equal(from.send(channel, pattern(size)), true, `${channel} took ${size} bytes`);
            assert.deepEqual((await came)[0], pattern(size), `${size} bytes on ${channel}`);
          }
        }
      }
    }));

  Deno.test(`${kind}: the largest message arrives on term too, where nothing is lost`, () =>
    using(make, async ({ host, viewer }) => {
      const came = collect(viewer, "term", 1);
      assert.equal(host.send("term", pattern(MAX_MESSAGE)), true);
      assert.deepEqual((await came)[0], pattern(MAX_MESSAGE));
    }));

  Deno.test(`${kind}: ctrl and bulk keep order and lose nothing`, () =>
    using(make, async ({ host, viewer }) => {
      for (const channel of ["ctrl", "bulk"] as const) {
        const sent = Array.from({ length: 400 }, (_, n) => pattern((n * 97) % 3000, n));
        const came = collect(viewer, channel, sent.length);
        await sendAll(host, channel, sent);
        assert.deepEqual(await came, sent);
      }
    }));

  Deno.test(`${kind}: a message is copied before send returns`, () =>
    using(make, async ({ host, viewer }) => {
      for (const channel of CHANNELS) {
        // A part of a larger buffer, wiped at once.
        const buffer = pattern(300);
        const came = collect(viewer, channel, 1);
        host.send(channel, buffer.subarray(100, 200));
        buffer.fill(0);
        assert.deepEqual((await came)[0], pattern(300).slice(100, 200));
      }
    }));

  Deno.test(`${kind}: a message over the limit is refused with RangeError, and the link lives`, () =>
    using(make, async ({ host, viewer }) => {
      for (const channel of CHANNELS) {
        assert.throws(() => host.send(channel, new Uint8Array(MAX_MESSAGE + 1)), RangeError);
      }
      const came = collect(viewer, "ctrl", 1);
      host.send("ctrl", pattern(3));
      await came;
    }));

  Deno.test(`${kind}: what came before onmessage was set is kept in order`, () =>
    using(make, async ({ host, viewer }) => {
      const sent = Array.from({ length: 50 }, (_, n) => pattern(n + 1, n));
      for (const message of sent) host.send("ctrl", message);
      // Proof that they are there: the far end's counter, not a pause.
      await arrived(viewer, "ctrl", sent.length);
      let inside = true;
      const came = new Promise<Uint8Array[]>((resolve) => {
        const got: Uint8Array[] = [];
        viewer.onmessage = (_channel, message) => {
          assert.equal(inside, false, "never inside the assignment");
          if (got.push(message) === sent.length + 1) resolve(got);
        };
        inside = false;
      });
      host.send("ctrl", pattern(9));
      assert.deepEqual(await deadline(came, SOON, "the kept messages"), [...sent, pattern(9)]);
    }));

  Deno.test(`${kind}: too many kept messages end the link instead of the memory`, () =>
    using(make, async ({ host, viewer }) => {
      for (let n = 0; n < 257; n++) host.send("ctrl", pattern(1));
      const { reason, detail } = await deadline(viewer.closed, SOON, "the link to end");
      assert.equal(reason, "protocol");
      assert.match(detail, /nobody took 256 messages/);
    }));

  Deno.test(`${kind}: an exception in onmessage ends the link with protocol`, () =>
    using(make, async ({ host, viewer }) => {
      viewer.onmessage = () => {
        throw new Error("not understood");
      };
      host.send("ctrl", pattern(3));
      const { reason, detail } = await deadline(viewer.closed, SOON, "the link to end");
      assert.equal(reason, "protocol");
      assert.match(detail, /not understood/);
      assert.equal((await deadline(host.closed, SOON, "the far end to hear of it")).reason, "remote");
    }));

  Deno.test(`${kind}: close settles both ends once, and nothing is sent after it`, () =>
    using(make, async ({ host, viewer }) => {
      assert.deepEqual([host.lossy, viewer.lossy], [viewer.lossy, host.lossy]);
      const closing = host.close("enough");
      assert.equal(host.send("ctrl", pattern(3)), false);
      await deadline(Promise.all([closing, host.close("again")]), SOON, "close");
      assert.deepEqual(await host.closed, { reason: "local", detail: "enough" });
      assert.equal((await deadline(viewer.closed, SOON, "the far end to hear of it")).reason, "remote");
      for (const link of [host, viewer]) {
        for (const channel of CHANNELS) assert.equal(link.send(channel, pattern(3)), false);
      }
      await viewer.close();
      assert.equal((await viewer.closed).reason, "remote", "the first reason stands");
      host.stats(), host.path, host.buffered("bulk"); // still answer
    }));

  Deno.test(`${kind}: the counters count`, () =>
    using(make, async ({ host, viewer }) => {
      const came = collect(viewer, "term", 1);
      host.send("term", pattern(100));
      await came;
      host.send("ctrl", pattern(10));
      host.send("ctrl", pattern(20));
      await arrived(viewer, "ctrl", 2);
      assert.deepEqual(host.stats().channels.ctrl, { sent: 2, sentBytes: 30, received: 0, receivedBytes: 0 });
      assert.deepEqual(viewer.stats().channels.ctrl, {
        sent: 0,
        sentBytes: 0,
        received: 2,
        receivedBytes: 30,
      });
      assert.equal(host.stats().channels.term.sentBytes, 100);
      assert.equal(viewer.stats().channels.term.receivedBytes, 100);
      assert.equal(viewer.stats().dropped, 0);
      assert.equal(host.stats().path, host.path);
    }));
}

/** Waits for the counter, looking between turns of the event loop. */
async function arrived(link: Link, channel: Channel, count: number): Promise<void> {
  const end = Date.now() + SOON;
  while (link.stats().channels[channel].received < count) {
    assert.ok(Date.now() < end, `${count} messages on ${channel}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
