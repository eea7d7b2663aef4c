/** One attempt to connect: what goes wrong in it, and the second connection for bulk. Real peer connections. */

import assert from "node:assert/strict";
import { deadline } from "../../support/deadline.ts";
import { RelayLink } from "../../../transport/links/relay_link.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import type { RtcFactory } from "../../../transport/webrtc/rtc.ts";
import {
  attachBulk,
  type DialSignal,
  MAX_FAR_CANDIDATES,
  WebRtcDialer,
} from "../../../transport/webrtc/webrtc_dialer.ts";
import { addBulk, dialerPair, OPEN_DEADLINE, relayPair, webrtcPair } from "../link_makers.ts";

const MAIN = { iceServers: [], icePolicy: "all", connection: "main" } as const;
const CANDIDATE = {
  kind: "ice",
  candidate: "candidate:1 1 UDP 2114977791 127.0.0.1 9 typ host",
  mid: "0",
} as const;

async function withRtc(test: (rtc: RtcFactory) => Promise<void>): Promise<void> {
  const rtc = await nativeRtc();
  try {
    await test(rtc);
  } finally {
    await rtc.close();
  }
}

/** The offer of a fresh host. */
async function offer(rtc: RtcFactory): Promise<{ host: WebRtcDialer; offer: DialSignal }> {
  const host = new WebRtcDialer(rtc, MAIN, "host");
  const made = new Promise<DialSignal>((resolve) => {
    host.onsignal = (signal) => signal.kind === "offer" && resolve(signal);
  });
  host.start();
  return { host, offer: await deadline(made, OPEN_DEADLINE, "an offer") };
}

Deno.test("a description that the library refuses fails the attempt and throws nothing", () =>
  withRtc(async (rtc) => {
    for (const sdp of ["", "v=0", "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n"]) {
      const viewer = new WebRtcDialer(rtc, MAIN, "viewer");
      viewer.accept({ kind: "offer", sdp });
      await assert.rejects(
        deadline(viewer.opened, OPEN_DEADLINE, "the attempt to fail"),
        /offer can't be used/,
      );
      viewer.accept(CANDIDATE);
      await viewer.close();
    }
    const { host } = await offer(rtc);
    host.accept({ kind: "answer", sdp: "v=0" });
    await assert.rejects(deadline(host.opened, OPEN_DEADLINE, "the attempt to fail"), /answer can't be used/);
  }));

Deno.test("what is out of turn is dropped and counted", () =>
  withRtc(async (rtc) => {
    const { host, offer: first } = await offer(rtc);
    host.accept(first);
    assert.equal(host.dropped, 1, "an offer for the host");
    const viewer = new WebRtcDialer(rtc, MAIN, "viewer");
    for (let n = 0; n < MAX_FAR_CANDIDATES + 3; n++) viewer.accept(CANDIDATE);
    assert.equal(viewer.dropped, 3, "candidates past the limit");
    viewer.accept(first);
    viewer.accept(first);
    assert.equal(viewer.dropped, 4, "a second offer");
    viewer.accept(CANDIDATE);
    assert.equal(viewer.dropped, 5, "candidates behind the description count too");
  }));

Deno.test("candidates may come before the description", () =>
  withRtc(async (rtc) => {
    const [host, viewer] = dialerPair(rtc, "main");
    const held: DialSignal[] = [];
    viewer.onsignal = (signal) => {
      held.push(signal);
      // All of the viewer's own are there: the answer, which came first, goes last.
      if (signal.kind === "ice" && signal.candidate === "") {
        for (const late of held.reverse()) host.accept(late);
      }
    };
    host.start();
    await deadline(Promise.all([host.opened, viewer.opened]), OPEN_DEADLINE, "two links to open");
    assert.deepEqual([host.dropped, viewer.dropped], [0, 0]);
  }));

Deno.test("a host is not to be found before it has the answer and a candidate", () =>
  withRtc(async (rtc) => {
    const [host, viewer] = dialerPair(rtc, "main");
    const steps: string[] = [];
    const [fromHost, fromViewer] = [host.onsignal!, viewer.onsignal!];
    host.onsignal = (signal) => {
      steps.push(`host ${signal.kind}`);
      fromHost(signal);
    };
    viewer.onsignal = (signal) => {
      steps.push(`viewer ${signal.kind}`);
      fromViewer(signal);
    };
    host.start();
    await deadline(Promise.all([host.opened, viewer.opened]), OPEN_DEADLINE, "two links to open");
    const first = (step: string) => steps.indexOf(step);
    assert.ok(first("viewer answer") < first("host ice"), steps.join(", "));
    assert.ok(first("viewer ice") < first("host ice"), steps.join(", "));
  }));

Deno.test("an attempt that is closed rejects, and starting it does nothing", () =>
  withRtc(async (rtc) => {
    const dialer = new WebRtcDialer(rtc, MAIN, "host");
    await dialer.close();
    dialer.start();
    await assert.rejects(dialer.opened, /closed/);
  }));

/** The candidates of one connection that offers, in the order in which they came, with the empty one that ends them. */
async function candidates(rtc: RtcFactory): Promise<string[]> {
  const peer = rtc.create(MAIN);
  peer.createChannel({ label: "any", id: 0, ordered: true });
  const lines: string[] = [];
  const complete = new Promise<void>((resolve) => {
    peer.oncandidate = ({ candidate }) => {
      lines.push(candidate);
      if (candidate === "") resolve();
    };
  });
  peer.offer();
  await deadline(complete, OPEN_DEADLINE, "the end of gathering");
  return lines;
}

Deno.test("candidates are signalled as candidate lines, and the end of them as an empty one", () =>
  withRtc(async (rtc) => {
    const lines = await candidates(rtc);
    assert.ok(lines.length > 1);
    for (const line of lines.slice(0, -1)) assert.match(line, /^candidate:/);
  }));

Deno.test("bulk moves to the second connection, and back when that breaks, in order", () =>
  withRtc(async (rtc) => {
    const [host, viewer] = await webrtcPair(rtc);
    const got: number[] = [];
    const total = 300;
    const all = new Promise<void>((resolve) => {
      viewer.onmessage = (channel, message) => {
        if (
          channel === "bulk" &&
          got.push(new DataView(message.buffer, message.byteOffset).getUint32(0)) === total
        ) {
          resolve();
        }
      };
    });
    let sent = 0;
    const send = (count: number) => {
      for (let n = 0; n < count; n++) {
        const message = new Uint8Array(5000);
        new DataView(message.buffer).setUint32(0, sent++);
        assert.equal(host.send("bulk", message), true);
      }
    };
    assert.equal(host.separateBulk, false);
    send(100);
    const [second] = await addBulk(rtc, host, viewer);
    assert.deepEqual([host.separateBulk, viewer.separateBulk], [true, true]);
    send(100);
    void second.close();
    send(100);
    await deadline(all, OPEN_DEADLINE, "all bulk messages", () => `${got.length} of ${total}`);
    assert.deepEqual(got, Array.from({ length: total }, (_, n) => n));
    assert.equal(host.separateBulk, false);
    // The link lives on, and takes another second connection.
    await addBulk(rtc, host, viewer);
    assert.equal(host.separateBulk, true);
  }));

Deno.test("a second connection that opens while there is one takes its place, with nothing lost or out of order", () =>
  withRtc(async (rtc) => {
    const [host, viewer] = await webrtcPair(rtc);
    const got: number[] = [];
    const all = Promise.withResolvers<void>();
    viewer.onmessage = (channel, message) => {
      if (channel === "bulk" && got.push(message[0]!) === 150) all.resolve();
    };
    const [older] = await addBulk(rtc, host, viewer);
    for (let n = 0; n < 75; n++) host.send("bulk", new Uint8Array(5000).fill(n));
    await addBulk(rtc, host, viewer);
    for (let n = 75; n < 150; n++) host.send("bulk", new Uint8Array(5000).fill(n));
    await deadline(all.promise, OPEN_DEADLINE, "all bulk messages", () => `${got.length}`);
    assert.deepEqual(got, Array.from({ length: 150 }, (_, n) => n));
    await older.close();
    assert.deepEqual([host.separateBulk, viewer.separateBulk], [true, true]);
  }));

Deno.test("closing a link ends its second connection; attaching to a link that has ended settles with false", () =>
  withRtc(async (rtc) => {
    const [host, viewer] = await webrtcPair(rtc);
    const [, far] = await addBulk(rtc, host, viewer);
    await host.close();
    assert.equal(
      (await deadline(viewer.closed, OPEN_DEADLINE, "the far end to hear of it")).reason,
      "remote",
    );
    await far.close();
    const late = new WebRtcDialer(rtc, { ...MAIN, connection: "bulk" }, "host");
    assert.equal(await deadline(attachBulk(host, late), OPEN_DEADLINE, "attachBulk"), false);
  }));

Deno.test("attachBulk refuses a link that is not over WebRTC, and a dialer that is not for bulk", () =>
  withRtc(async (rtc) => {
    const [relay] = relayPair();
    assert.ok(relay instanceof RelayLink);
    const bulk = new WebRtcDialer(rtc, { ...MAIN, connection: "bulk" }, "host");
    await assert.rejects(attachBulk(relay, bulk), TypeError);
    const [host] = await webrtcPair(rtc);
    await assert.rejects(attachBulk(host, new WebRtcDialer(rtc, MAIN, "host")), TypeError);
  }));

Deno.test("a closed factory makes no connection, and says what to do", async () => {
  const rtc = await nativeRtc();
  await rtc.close();
  await rtc.close();
  assert.throws(() => rtc.create(MAIN), /nativeRtc/);
});

Deno.test("only loopback addresses are offered when asked for", async () => {
  const rtc = await nativeRtc({ bind: "loopback" });
  try {
    const lines = await candidates(rtc);
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, / 127\.0\.0\.1 /);
  } finally {
    await rtc.close();
  }
});
