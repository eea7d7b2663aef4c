/**
 * A road that lies. Whatever it alters, swaps, replays, drops, reorders or invents, no byte of it reaches an end as the
 * other's, and each end comes to a clear result in bounded time.
 */
import assert from "node:assert/strict";
import { answerKeyExchange, makeRecord } from "../../../transport/auth/pake.ts";
import type { RtcFactory } from "../../../transport/webrtc/rtc.ts";
import type { SignalKind } from "../../../transport/schema/signal.ts";
import { closeRtc, type HostEnd, passes, rtc, startHost, startViewer, type ViewerEnd } from "../ends.ts";
import { type Carried, HostileRoad } from "../hostile_road.ts";

const BOUND = 6_000;
/** An honest road brings a link in 0.1 s; a dishonest one gets ten times that to show that it can. */
const timings = { link: 1_200 };

/** Another character of base64url in the middle of the data. */
function altered(carried: Carried): Carried {
  const { data } = carried.signal, at = Math.floor(data.length / 2);
  const other = data[at] === "A" ? "B" : "A";
  return { ...carried, signal: { ...carried.signal, data: data.slice(0, at) + other + data.slice(at + 1) } };
}

/** A host and a viewer that may only use WebRTC, on a road with this tampering; settles when the viewer is refused. */
async function refused(
  tamper: HostileRoad["tamper"],
  expected: RegExp,
): Promise<{ host: HostEnd; viewer: ViewerEnd }> {
  await using road = new HostileRoad();
  road.tamper = tamper;
  const policy = { strictWebrtc: true };
  await using host = await startHost(road.url, { policy, timings });
  await using viewer = await startViewer(road.url, host.session, { policy, timings });
  await viewer.story.wait(expected, BOUND);
  assert.ok(!viewer.story.has(/^link|^got/), viewer.story.lines.join("\n"));
  assert.ok(!host.story.has(/^link|^got/), host.story.lines.join("\n"));
  return { host, viewer };
}

Deno.test({ name: "a hostile road", sanitizeOps: false, sanitizeResources: false }, async (t) => {
  try {
    for (
      const [kind, from, result] of [
        ["pake", "viewer", /^refused (wrong|silent)/],
        ["pake", "host", /^refused wrong/],
        ["offer", "host", /^refused no_path/],
        ["answer", "viewer", /^refused no_path/],
        ["control", "viewer", /^refused no_path/],
      ] as readonly [SignalKind, "host" | "viewer", RegExp][]
    ) {
      const hit = ({ from: sender, signal }: Carried) =>
        signal.kind === kind && (sender === "host") === (from === "host");
      await t.step(`altered: each ${kind} of the ${from}`, async () => {
        await refused((carried) => (hit(carried) ? [altered(carried)] : [carried]), result);
      });
      await t.step(`dropped: each ${kind} of the ${from}`, async () => {
        await refused((carried) => (hit(carried) ? [] : [carried]), /^refused (silent|no_path)/);
      });
    }

    await t.step("altered or dropped: every candidate", async () => {
      await refused((c) => (c.signal.kind === "ice" ? [altered(c)] : [c]), /^refused no_path/);
    });

    await t.step("swapped: kinds, numbers, and one signal's content for another's", async () => {
      let last: Carried | null = null;
      await refused((c) => {
        if (c.signal.kind === "pake" || c.signal.kind === "control") return [c];
        const data = last?.signal.data ?? c.signal.data;
        last = c;
        return [{ ...c, signal: { ...c.signal, data } }];
      }, /^refused no_path/);
      await refused((c) => {
        if (c.signal.kind !== "offer" && c.signal.kind !== "answer") return [c];
        return [{ ...c, signal: { ...c.signal, negotiation: c.signal.negotiation + 1 } }];
      }, /^refused no_path/);
    });

    await t.step("reordered: offers and answers behind what follows them", async () => {
      const late = new Map<string, Carried>();
      await refused((c) => {
        if (c.signal.kind === "offer" || c.signal.kind === "answer") {
          late.set(c.from, c);
          return [];
        }
        const held = late.get(c.from);
        late.delete(c.from);
        return held ? [c, held] : [c];
      }, /^refused no_path/);
    });

    await t.step("reflected: an end gets its own signals back as the other's", async () => {
      await refused(
        (c) => (c.signal.kind === "pake" ? [c] : [{ from: c.to, to: c.from, signal: c.signal }]),
        /^refused no_path/,
      );
    });

    await t.step("replayed: each signal three times does no harm, and every copy is counted", async () => {
      await using road = new HostileRoad();
      road.tamper = (c) => (c.signal.kind === "pake" ? [c] : [c, c, c]);
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^link direct/, BOUND);
      await passes(viewer.peer.link!, "ctrl", "once", host.story);
      assert.ok(host.peers.dropped >= 2 && viewer.peer.dropped >= 2);
      assert.equal(host.story.lines.filter((line) => line.startsWith("joined")).length, 1);
    });

    await t.step("cross-wired: two viewers' signals exchanged", async () => {
      await using road = new HostileRoad();
      const other: Record<string, string> = { aaaaaaaa: "bbbbbbbb", bbbbbbbb: "aaaaaaaa" };
      road.tamper = (c) => {
        if (c.signal.kind === "pake") return [c];
        return [{ ...c, from: other[c.from] ?? c.from, to: other[c.to] ?? c.to }];
      };
      const policy = { strictWebrtc: true };
      await using host = await startHost(road.url, { policy, timings });
      await using one = await startViewer(road.url, host.session, { policy, timings });
      await using two = await startViewer(road.url, host.session, { policy, timings, access: "view" });
      for (const { story } of [one, two]) {
        await story.wait(/^refused/, BOUND);
        assert.ok(!story.has(/^link/));
      }
      assert.ok(!host.story.has(/^joined|^link/));
    });

    await t.step("the road plays the host: its own record, any number of guesses", async () => {
      await using road = new HostileRoad();
      const records = { write: makeRecord("write", "rival-lamp-guess", "7kq2mx") };
      road.tamper = (c) => {
        if (c.signal.kind !== "pake" || c.from === "host") return [];
        const { ke2 } = answerKeyExchange(records, c.signal.data, "7kq2mx");
        return [{ from: "host", to: c.from, signal: { kind: "pake", negotiation: 1, data: ke2 } }];
      };
      await using host = await startHost(road.url);
      await using viewer = await startViewer(road.url, host.session);
      await viewer.story.wait(/^refused wrong/, 1_000);
    });

    await t.step(
      "a fingerprint that is not the far end's never connects, even if SDP could be changed",
      async () => {
        const real = await rtc();
        /** As if the seal were broken: the viewer is given another certificate's fingerprint. */
        const swapping: RtcFactory = {
          create(options) {
            const peer = real.create(options);
            const setRemote = peer.setRemote.bind(peer);
            peer.setRemote = ({ type, sdp }) =>
              setRemote({
                type,
                sdp: sdp.replace(/(a=fingerprint:sha-256 )[^\r]+/, `$1${Array(32).fill("AB").join(":")}`),
              });
            return peer;
          },
          close: () => real.close(),
        };
        await using road = new HostileRoad();
        const policy = { strictWebrtc: true };
        await using host = await startHost(road.url, { policy, timings });
        await using viewer = await startViewer(road.url, host.session, { policy, timings, rtc: swapping });
        await viewer.story.wait(/^refused no_path/, BOUND);
        assert.ok(!viewer.story.has(/^link/) && !host.story.has(/^link|^got/));
      },
    );
  } finally {
    await closeRtc();
  }
});
