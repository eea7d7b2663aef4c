/** How each kind of link is made for the tests that run over all of them: two open ends, and what frees them. */

import { deadline } from "../support/deadline.ts";
import type { Link } from "../../transport/link.ts";
import { memoryLinkPair } from "../../transport/links/memory_link.ts";
import { nativeRtc } from "../../transport/native/node_datachannel.ts";
import { RelayLink, type RelaySeal } from "../../transport/links/relay_link.ts";
import type { RtcFactory, RtcOptions } from "../../transport/webrtc/rtc.ts";
import { simulate } from "../../transport/links/simulated_link.ts";
import { attachBulk, type DialSignal, WebRtcDialer } from "../../transport/webrtc/webrtc_dialer.ts";

export interface LinkPair {
  readonly host: Link;
  readonly viewer: Link;
  /** Frees what stands below the links. The links themselves may be closed or not. */
  free(): Promise<void>;
}

/** How long two ends in one process may take to open: 10 ms measured, with room for a loaded machine. */
export const OPEN_DEADLINE = 10_000;

const DIRECT: RtcOptions = { iceServers: [], icePolicy: "all" };

/** Two dialers whose signals go straight to each other, each in its own turn as over a road. */
export function dialerPair(rtc: RtcFactory, connection: "main" | "bulk"): [WebRtcDialer, WebRtcDialer] {
  const host = new WebRtcDialer(rtc, { ...DIRECT, connection }, "host");
  const viewer = new WebRtcDialer(rtc, { ...DIRECT, connection }, "viewer");
  const pass = (to: WebRtcDialer) => (signal: DialSignal) => queueMicrotask(() => to.accept(signal));
  host.onsignal = pass(viewer);
  viewer.onsignal = pass(host);
  return [host, viewer];
}

/** Two open WebRTC links of `rtc`. */
export async function webrtcPair(rtc: RtcFactory): Promise<[Link, Link]> {
  const [host, viewer] = dialerPair(rtc, "main");
  host.start();
  return await deadline(Promise.all([host.opened, viewer.opened]), OPEN_DEADLINE, "two WebRTC links to open");
}

/** Opens a second connection and lets both links carry bulk over it; returns its dialers. */
export async function addBulk(
  rtc: RtcFactory,
  hostLink: Link,
  viewerLink: Link,
): Promise<[WebRtcDialer, WebRtcDialer]> {
  const [host, viewer] = dialerPair(rtc, "bulk");
  const attached = Promise.all([attachBulk(hostLink, host), attachBulk(viewerLink, viewer)]);
  host.start();
  const both = await deadline(attached, OPEN_DEADLINE, "the second connection to open");
  if (!both.every(Boolean)) await Promise.all([host.opened, viewer.opened]); // rejects with the reason
  return [host, viewer];
}

async function webrtc(withBulk: boolean): Promise<LinkPair> {
  const rtc = await nativeRtc();
  const [host, viewer] = await webrtcPair(rtc);
  if (withBulk) await addBulk(rtc, host, viewer);
  return { host, viewer, free: () => rtc.close() };
}

/** Not a cipher: it only shows that what is sealed is opened, and by which channel. */
const toySeal: RelaySeal = {
  seal: (channel, plain) => Uint8Array.of(channel.charCodeAt(0), ...plain.map((byte) => byte ^ 0x5a)),
  open: (channel, sealed) =>
    sealed[0] === channel.charCodeAt(0) ? sealed.slice(1).map((byte) => byte ^ 0x5a) : null,
};

/** Two relay links whose carrier delivers each message in a turn of its own, and tells the far end when one closes. */
export function relayPair(): [RelayLink, RelayLink] {
  const end = (far: () => RelayLink) =>
    new RelayLink({
      send: (channel, sealed) => {
        setTimeout(() => far().receive(channel, sealed), 0);
        return true;
      },
      buffered: () => 0,
      close: () => void setTimeout(() => far().ended({ reason: "remote", detail: "the far end left" }), 0),
    }, toySeal);
  const host: RelayLink = end(() => viewer);
  const viewer: RelayLink = end(() => host);
  return [host, viewer];
}

const realTime = { random: Math.random, schedule: (ms: number, fn: () => void) => void setTimeout(fn, ms) };
const nothingToFree = () => Promise.resolve();

/** Every kind of link, by name. */
export const MAKERS: Record<string, () => Promise<LinkPair>> = {
  "webrtc": () => webrtc(false),
  "webrtc with a second connection": () => webrtc(true),
  "relay": () => {
    const [host, viewer] = relayPair();
    return Promise.resolve({ host, viewer, free: nothingToFree });
  },
  "memory": () => {
    const [host, viewer] = memoryLinkPair(realTime);
    return Promise.resolve({ host, viewer, free: nothingToFree });
  },
  "memory without a lossy channel": () => {
    const [host, viewer] = memoryLinkPair({ ...realTime, lossy: false, delayMs: 1 });
    return Promise.resolve({ host, viewer, free: nothingToFree });
  },
  "simulated delay": () => {
    const [host, viewer] = memoryLinkPair(realTime);
    return Promise.resolve({
      host: simulate(host, { ...realTime, delayMs: 2 }),
      viewer: simulate(viewer, { ...realTime, delayMs: 2 }),
      free: nothingToFree,
    });
  },
};
