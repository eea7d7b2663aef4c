/**
 * One process that opens WebRTC links and ends in the way that its argument names; the tests look at how it ended.
 * Each way but `victim` and `import` prints `opened` when its links are open and `done` when it has nothing left to do.
 */

import { deadline } from "../support/deadline.ts";
import type { Link } from "../../transport/link.ts";
import { nativeRtc } from "../../transport/native/node_datachannel.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { type DialSignal, WebRtcDialer } from "../../transport/webrtc/webrtc_dialer.ts";
import { addBulk, OPEN_DEADLINE, webrtcPair } from "./link_makers.ts";

const encoder = new TextEncoder();
const say = (line: string) => Deno.stdout.writeSync(encoder.encode(line + "\n"));

/** Sends one message each way on each channel and waits for it. */
async function talk(host: Link, viewer: Link): Promise<void> {
  for (const [from, to] of [[host, viewer], [viewer, host]] as const) {
    for (const channel of ["ctrl", "term", "bulk"] as const) {
      const came = new Promise<void>((resolve) => to.onmessage = (on) => on === channel && resolve());
      from.send(channel, new Uint8Array(1000));
      await deadline(came, OPEN_DEADLINE, `a message on ${channel}`);
    }
  }
}

async function pair(rtc: RtcFactory): Promise<[Link, Link]> {
  const [host, viewer] = await webrtcPair(rtc);
  await addBulk(rtc, host, viewer);
  say("opened");
  await talk(host, viewer);
  return [host, viewer];
}

/** Far more than arrives before the end: bytes are in flight when the links close. */
function flood(link: Link): void {
  for (let n = 0; n < 200; n++) {
    for (const channel of ["ctrl", "term", "bulk"] as const) link.send(channel, new Uint8Array(1000));
  }
}

/** A dialer whose signals are lines of JSON, as a process at the other end of a pipe reads them. */
function lineDialer(rtc: RtcFactory, role: "host" | "viewer", write: (line: string) => void): WebRtcDialer {
  const dialer = new WebRtcDialer(rtc, { iceServers: [], icePolicy: "all", connection: "main" }, role);
  dialer.onsignal = (signal) => write(JSON.stringify(signal));
  return dialer;
}

async function readSignals(from: ReadableStream<Uint8Array>, to: WebRtcDialer): Promise<void> {
  let rest = "";
  for await (
    const text of from.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) to.accept(JSON.parse(line) as DialSignal);
  }
}

const WAYS: Record<string, () => Promise<void>> = {
  /** Loads nothing native: what `beach --version` must cost. */
  async import() {},
  /** Both links are closed, then the factory; the process ends because nothing is left. */
  async links() {
    const rtc = await nativeRtc();
    const [host, viewer] = await pair(rtc);
    flood(host);
    await Promise.all([host.close(), viewer.close()]);
    await rtc.close();
  },
  /** The factory closes what is open, with a log that the library holds. */
  async factory() {
    const rtc = await nativeRtc({ log: () => {} });
    const [host, viewer] = await pair(rtc);
    flood(viewer);
    flood(host);
    await rtc.close();
  },
  /** An attempt is cut short, another has never begun. */
  async dialling() {
    const rtc = await nativeRtc();
    const options = { iceServers: [], icePolicy: "all", connection: "main" } as const;
    const dialer = new WebRtcDialer(rtc, options, "host");
    new WebRtcDialer(rtc, options, "viewer");
    const described = new Promise<void>((resolve) => dialer.onsignal = () => resolve());
    dialer.start();
    await described;
    say("opened");
    await dialer.close();
    await rtc.close();
  },
  /** `Deno.exit` straight after the factory has closed. */
  async exit() {
    const rtc = await nativeRtc();
    flood((await pair(rtc))[0]);
    await rtc.close();
    say("done");
    Deno.exit(0);
  },
  /** Two factories, one after the other: the library starts again after it was shut down. */
  async again() {
    for (let round = 0; round < 2; round++) {
      const rtc = await nativeRtc();
      await talk(...await webrtcPair(rtc));
      await rtc.close();
    }
    say("opened");
  },
  /** Garbage collection, hard, while links live and after they ended. */
  async gc() {
    const { gc } = globalThis as unknown as { gc: () => void };
    const collect = async () => {
      for (let n = 0; n < 5; n++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const rtc = await nativeRtc();
    const [host, viewer] = await pair(rtc);
    await collect();
    await talk(host, viewer);
    await host.close();
    await deadline(viewer.closed, OPEN_DEADLINE, "the far end to hear of it");
    await collect();
    await rtc.close();
    await collect();
  },
  /** The other end is killed while bytes flow; this end closes in order. */
  async survivor() {
    const rtc = await nativeRtc();
    const victim = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", import.meta.filename!, "victim"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = victim.stdin.getWriter();
    writer.closed.catch(() => {});
    const dialer = lineDialer(
      rtc,
      "host",
      (line) => void writer.write(encoder.encode(line + "\n")).catch(() => {}),
    );
    const read = readSignals(victim.stdout, dialer);
    dialer.start();
    const link = await deadline(dialer.opened, OPEN_DEADLINE, "a link to the victim");
    say("opened");
    const heard = new Promise<void>((resolve) => link.onmessage = () => resolve());
    await deadline(heard, OPEN_DEADLINE, "the victim's first message");
    victim.kill("SIGKILL");
    await victim.status;
    await read;
    flood(link);
    await deadline(link.close(), OPEN_DEADLINE, "the link to close");
    await writer.abort().catch(() => {});
    await rtc.close();
  },
  async victim() {
    const dialer = lineDialer(await nativeRtc(), "viewer", say);
    void readSignals(Deno.stdin.readable, dialer);
    const link = await dialer.opened;
    setInterval(() => flood(link), 10);
  },
};

await WAYS[Deno.args[0]!]!();
if (Deno.args[0] !== "victim") say("done");
