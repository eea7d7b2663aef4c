/** Checks of `beach doctor` that use UDP: this machine's own addresses, STUN and TURN servers. */
import { nativeIceServers } from "../../transport/webrtc/ice_servers.ts";
import type { IceServer, RtcFactory } from "../../transport/webrtc/rtc.ts";
import { WebRtcDialer } from "../../transport/webrtc/webrtc_dialer.ts";
import type { Finding } from "./doctor_findings.ts";
import { askStun, PATIENCE, type StunAnswer } from "./doctor_stun.ts";

/**
 * The time limit for an allocation at a TURN server that has answered, and for a connection to ourselves, in ms: several round trips of a
 * bad network.
 */
const GATHER = 5000;

export interface Candidate {
  readonly type: string;
  readonly address: string;
  /** When it came, in ms from the start of gathering. */
  readonly ms: number;
}

/** Gathers candidates with `servers` until `enough`, the end of gathering, `ms`, or `over`. */
async function gather(
  rtc: RtcFactory,
  servers: readonly IceServer[],
  enough: (candidate: Candidate) => boolean,
  ms: number,
  over: AbortSignal,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const peer = rtc.create({ iceServers: servers, icePolicy: "all" });
  const timer = setTimeout(resolve, ms);
  const ended = () => resolve();
  over.addEventListener("abort", ended);
  try {
    const started = performance.now();
    peer.oncandidate = ({ candidate }) => {
      if (candidate === "") return resolve();
      const [, , , , address, , , type] = candidate.split(" ");
      const one = { type: type ?? "", address: address ?? "", ms: performance.now() - started };
      found.push(one);
      if (enough(one)) resolve();
    };
    peer.createChannel({ label: "beach/doctor/1", id: 0, ordered: true });
    peer.offer();
    if (!over.aborted) await promise;
    return found;
  } finally {
    clearTimeout(timer);
    over.removeEventListener("abort", ended);
    await peer.close();
  }
}

/** Whether UDP works on this machine: it finds its addresses, and can open a connection to itself. */
export async function checkDirect(rtc: RtcFactory, stop: AbortSignal): Promise<Finding> {
  const head = { check: "direct", target: "" } as const;
  const found = await gather(rtc, [], () => false, GATHER, stop);
  stop.throwIfAborted();
  const addresses = [...new Set(found.filter(({ type }) => type === "host").map(({ address }) => address))];
  if (addresses.length === 0) {
    return {
      ...head,
      result: "fails",
      detail: "this machine has no address to connect from; check its network",
    };
  }
  const ms = await connectToSelf(rtc, stop);
  const where = addresses.join(", ") +
    (addresses.every((a) => a.startsWith("127.")) ? " (this machine alone)" : "");
  if (ms === null) {
    return {
      ...head,
      result: "fails",
      detail: `${where}: no connection even to itself; a firewall here stops UDP`,
    };
  }
  return { ...head, result: "works", ms, detail: `${where}: a connection to itself opened` };
}

/** How long it took, in ms; null if it did not open in time. */
async function connectToSelf(rtc: RtcFactory, stop: AbortSignal): Promise<number | null> {
  const options = { iceServers: [], icePolicy: "all", connection: "main" } as const;
  // In the order of a session's two ends, which the library requires.
  const [host, viewer] = [new WebRtcDialer(rtc, options, "host"), new WebRtcDialer(rtc, options, "viewer")];
  const { promise: over, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), GATHER);
  const stopped = () => resolve(null);
  stop.addEventListener("abort", stopped);
  try {
    const started = performance.now();
    host.onsignal = (signal) => viewer.accept(signal);
    viewer.onsignal = (signal) => host.accept(signal);
    host.start();
    const open = host.opened.then(() => performance.now() - started, () => null);
    const ms = await Promise.race([open, over]);
    stop.throwIfAborted();
    return ms;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", stopped);
    await Promise.all([host.close(), viewer.close()]);
  }
}

/** Checks each URL of `servers` separately, as STUN or TURN by its scheme. Findings come one by one. */
export async function* checkServers(
  rtc: RtcFactory | null,
  servers: readonly IceServer[],
  begin: (check: "stun" | "turn", target: string) => void,
  stop: AbortSignal,
): AsyncGenerator<Finding> {
  for (const server of servers) {
    for (const url of server.urls) {
      const check = /^turns?:/i.test(url) ? "turn" : "stun";
      const head = { check, target: url } as const;
      const { servers: [usable], skipped } = nativeIceServers([{ ...server, urls: [url] }]);
      if (!usable) {
        yield { ...head, result: "fails", detail: skipped[0]!.slice(url.length + 2) };
        continue;
      }
      begin(check, url);
      const answer = askStun(usable.hostname, usable.port, stop);
      // Also if nobody waits for the answer any more.
      answer.catch(() => {});
      if (check === "stun") yield { ...head, ...stunWords(await answer) };
      else if (rtc) yield { ...head, ...await checkTurn(rtc, { ...server, urls: [url] }, answer, stop) };
    }
  }
}

type Outcome = Omit<Finding, "check" | "target">;

function stunWords(answer: StunAnswer): Outcome {
  switch (answer.kind) {
    case "answer":
      return { result: "works", ms: answer.ms, detail: `it sees us as ${answer.mapped ?? "someone"}` };
    case "unknown name":
      return { result: "fails", detail: "no such host; check its name and the DNS" };
    case "silent":
      return {
        result: "fails",
        detail: `no answer in ${PATIENCE / 1000} s; UDP to it is blocked, or nothing runs there`,
      };
  }
}

/**
 * Checks a TURN server. The library reports no refused credential: gathering completes without a relay candidate. The server's answer to
 * STUN distinguishes that from a server that does not exist.
 */
async function checkTurn(
  rtc: RtcFactory,
  server: IceServer,
  stun: Promise<StunAnswer>,
  stop: AbortSignal,
): Promise<Outcome> {
  // The library would go on asking a dead server for 40 s.
  const dead = new AbortController();
  stun.then((answer) => answer.kind === "answer" || dead.abort(), () => dead.abort());
  const over = AbortSignal.any([stop, dead.signal]);
  const found = await gather(rtc, [server], ({ type }) => type === "relay", PATIENCE + GATHER, over);
  stop.throwIfAborted();
  const relay = found.find(({ type }) => type === "relay");
  if (relay) return { result: "works", ms: relay.ms, detail: `it gives us ${relay.address}` };
  const answer = await stun;
  if (answer.kind !== "answer") return stunWords(answer);
  return {
    result: "fails",
    detail: "it answers, but gives us no relay: its credential is wrong or has expired, or it is full",
  };
}
