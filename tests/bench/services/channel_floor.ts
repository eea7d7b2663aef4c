/**
 * What the browser's WebRTC and node-datachannel need by themselves: a bare data channel between a page and this process, echoed at once, and with
 * the native program behind it. No service over a data channel can be faster.
 */
import type { Page } from "playwright-core";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import type { RtcCandidate, RtcChannel } from "../../../transport/webrtc/rtc.ts";

/** The id of the channel that is echoed, and of that before the program. */
const ECHO = 0;
const PROGRAM = 1;

/** What the page keeps for {@link throughChannel}. */
interface Floor {
  readonly floor: Readonly<Record<string, RTCDataChannel>>;
}

/** Runs in the page: answers the offer; returns the answer's SDP with its candidates. */
async function answer([sdp, echo, program]: readonly [string, number, number]): Promise<string> {
  const peer = new RTCPeerConnection();
  const open = (id: number) => {
    const channel = peer.createDataChannel(String(id), { negotiated: true, id });
    channel.binaryType = "arraybuffer";
    return channel;
  };
  const floor = { peer, echo: open(echo), program: open(program) };
  Object.assign(globalThis, { floor });
  await peer.setRemoteDescription({ type: "offer", sdp });
  await peer.setLocalDescription();
  if (peer.iceGatheringState !== "complete") {
    await new Promise<void>((resolve) => {
      peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
    });
  }
  return peer.localDescription!.sdp;
}

/** Runs in the page. */
async function opened(): Promise<void> {
  const { floor } = globalThis as unknown as Floor;
  for (const channel of [floor.echo!, floor.program!]) {
    if (channel.readyState !== "open") await new Promise((resolve) => channel.onopen = resolve);
  }
}

/** Runs in the page: one message after the other; ms of each. JSON as it is, or with its length before it. */
export async function throughChannel(
  [name, message, count]: readonly ["echo" | "program", unknown, number],
): Promise<number[]> {
  const channel = (globalThis as unknown as Floor).floor[name]!;
  const times: number[] = [];
  let came = () => {};
  channel.onmessage = ({ data }) => {
    JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4)));
    came();
  };
  for (let n = 0; n < count; n++) {
    const reply = new Promise<void>((resolve) => came = resolve);
    const at = performance.now();
    const json = new TextEncoder().encode(JSON.stringify(message));
    const framed = new Uint8Array(4 + json.length);
    new DataView(framed.buffer).setUint32(0, json.length, true);
    framed.set(json, 4);
    channel.send(framed);
    await reply;
    times.push(performance.now() - at);
  }
  return times;
}

/** Connects `page` to this process; `command` is run by a shell for the second channel, whose messages it gets as they come. */
export async function openFloor(page: Page, command: string): Promise<AsyncDisposable> {
  const rtc = await nativeRtc();
  const peer = rtc.create({ iceServers: [], icePolicy: "all" });
  const channel = (id: number) => peer.createChannel({ label: String(id), id, ordered: true });
  const echo = channel(ECHO);
  echo.onmessage = (message) => void echo.send(message);
  const child = runBehind(channel(PROGRAM), command);
  const offered = Promise.withResolvers<string>();
  const found: RtcCandidate[] = [];
  const gathered = Promise.withResolvers<void>();
  peer.ondescription = ({ sdp }) => offered.resolve(sdp);
  peer.oncandidate = (candidate) =>
    candidate.candidate === "" ? gathered.resolve() : void found.push(candidate);
  peer.offer();
  const sdp = await offered.promise;
  await gathered.promise;
  const all = sdp + found.map(({ candidate }) => `a=${candidate}\r\n`).join("");
  peer.setRemote({ type: "answer", sdp: await page.evaluate(answer, [all, ECHO, PROGRAM] as const) });
  await page.evaluate(opened);
  return {
    async [Symbol.asyncDispose]() {
      await rtc.close();
      await child[Symbol.asyncDispose]();
    },
  };
}

/** Whole messages are small here: a read of the pipe has one. */
function runBehind(channel: RtcChannel, command: string): AsyncDisposable {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", `exec ${command}`],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  channel.onmessage = (message) => void input.write(message);
  const output = (async () => {
    for await (const message of child.stdout) channel.send(message);
  })();
  return {
    async [Symbol.asyncDispose]() {
      await input.close();
      await output;
      await child.status;
    },
  };
}
