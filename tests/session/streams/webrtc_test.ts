/** Streams over real WebRTC: a second connection that comes late, and a change of links in the middle of 20 MB. */
import assert from "node:assert/strict";
import { HostSession } from "../../../session/host/host_session.ts";
import { grantOf } from "../../../session/roster/grant.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { SessionTimer } from "../../../session/runtime/session_timer.ts";
import type { ByteStream } from "../../../session/streams/byte_stream.ts";
import { WebStreams } from "../../../session/streams/web_streams.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { deadline } from "../../support/deadline.ts";
import { addBulk, webrtcPair } from "../../transport/link_makers.ts";
import { content } from "./stream_ends.ts";

const SIZE = { cols: 80, rows: 24 };
const BYTES = 20 * 1024 * 1024;
const LONGEST = 120_000;

function host(): { session: HostSession; timer: SessionTimer } {
  const timer: SessionTimer = new SessionTimer(
    { poll: () => session.poll(), due: () => session.due() },
    SYSTEM_CLOCK,
  );
  const screen = { data: new Uint8Array(0), line: 0, era: 0, ...SIZE };
  const session: HostSession = new HostSession({
    now: SYSTEM_CLOCK.now,
    type: () => {},
    snapshot: () => Promise.resolve({ version: session.version, ...screen }),
    lines: (from) => Promise.resolve({ era: 0, first: 0, end: 0, from, rows: [] }),
    picture: () => Promise.resolve(undefined),
    changed: timer.changed,
    log: () => {},
  }, { ...SIZE, singleChannel: false });
  return { session, timer };
}

function viewer(): { session: ViewerSession; timer: SessionTimer } {
  const timer: SessionTimer = new SessionTimer(
    { poll: () => session.poll(), due: () => session.due() },
    SYSTEM_CLOCK,
  );
  const nothing = () => {};
  const session: ViewerSession = new ViewerSession(
    {
      now: SYSTEM_CLOCK.now,
      show: () => Promise.resolve(),
      replace: () => Promise.resolve(),
      welcomed: nothing,
      history: nothing,
      notice: nothing,
      exited: nothing,
      dismissed: nothing,
      changed: timer.changed,
      log: nothing,
    },
    { name: "viewer", singleChannel: false, lateTimers: false },
    SIZE,
  );
  return { session, timer };
}

/** Writes {@link BYTES} bytes, and calls `passed` each MB. */
async function sendAll(
  stream: ByteStream,
  passed: (mb: number) => Promise<void> = async () => {},
): Promise<void> {
  const writer = new WebStreams(stream).writable.getWriter();
  for (let at = 0; at < BYTES; at += 1 << 20) {
    await writer.write(content(stream.id, "host", at, 1 << 20));
    await passed(1 + (at >> 20));
  }
  await writer.close();
}

/** Reads all, and checks it. */
async function getAll(stream: ByteStream): Promise<number> {
  let got = 0;
  for await (const data of new WebStreams(stream).readable) {
    assert.equal(
      Buffer.compare(data, content(stream.id, "host", got, data.length)),
      0,
      `bytes from ${got} on`,
    );
    got += data.length;
  }
  return got;
}

Deno.test("streams over WebRTC: 20 MB come whole while a second connection comes and the link is changed", async () => {
  const rtc = await nativeRtc();
  const { session: hosting, timer: one } = host();
  const { session: viewing, timer: other } = viewer();
  using _timers = new DisposableStack();
  for (const timer of [one, other]) _timers.use(timer);
  const connect = async () => {
    const [one, other] = await webrtcPair(rtc);
    hosting.attach({ peer: "viewer", grant: grantOf("write") }, one);
    viewing.attach(other);
    return [one, other] as const;
  };
  try {
    const first = await connect();
    let changes = 0;
    const sent = Promise.withResolvers<void>();
    hosting.services.set("file", (stream) => {
      const passed = async (mb: number) => {
        // Small pieces go meanwhile on the connection that keys take.
        if (mb === 1) await addBulk(rtc, ...first);
        if (mb !== 8) return;
        const [one, other] = await connect();
        await first[0].close();
        await addBulk(rtc, one, other);
        changes++;
      };
      sendAll(stream, passed).then(sent.resolve, sent.reject);
    });
    const stream = viewing.streams.open("file", new Uint8Array(0))!;
    const got = getAll(stream);
    stream.end();
    await deadline(sent.promise, LONGEST, "all to be written");
    assert.equal(await deadline(got, LONGEST, "all to come"), BYTES);
    assert.equal(changes, 1);
  } finally {
    viewing.leave("done");
    await Promise.all([...hosting.viewers.values()].map(({ link }) => link?.close()));
    await rtc.close();
  }
});
