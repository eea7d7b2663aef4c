/**
 * The host of `media_bench.ts`, on a host of the lab: sends test pictures to one viewer whose signals are lines of JSON on stdin and stdout.
 * `media_host.ts <rules as JSON> <most bit/s>`. A line `{"screen": "typing"}` changes what happens on the screen.
 */
import { MediaConnection, type MediaSignals } from "../../../transport/media/media_connection.ts";
import type { RateRules } from "../../../transport/media/rate_control.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { DesktopSender } from "../../transport/media/desktop_sender.ts";
import { now } from "../../transport/media/desktop_sender.ts";

/** What the host says each 500 ms beside its signals. */
export interface HostReport {
  readonly numbers: Record<string, number>;
  /** RTP timestamps and capture times (ms since 1970) since the last one. */
  readonly captured: readonly (readonly [number, number])[];
  /** Bytes of RTP that were handed to the network, in all. */
  readonly sentBytes: number;
}

const rules: RateRules = JSON.parse(Deno.args[0]!);
const maxBitrate = Number(Deno.args[1]);
const say = (value: unknown) => console.log(JSON.stringify(value));
const rtc = await nativeRtc();
using sender = await DesktopSender.create({ maxBitrate, rules });
const { tracks } = sender;
const signals: MediaSignals = { onmessage: null, send: (signal) => say({ signal }) };
const connection = new MediaConnection({
  rtc,
  signals,
  iceServers: [],
  icePolicy: "all",
  video: tracks.video,
  audio: tracks.audio,
});
let sentBytes = 0;
const { send } = connection;
connection.send = (stream, packet) => {
  sentBytes += packet.length;
  return send.call(connection, stream, packet);
};
connection.onstate = (state, why) => {
  say({ state, why });
  if (state === "open") tracks.add("viewer", connection);
};
const reports = setInterval(() => {
  const numbers = tracks.numbers("viewer");
  if (!numbers) return;
  say({ numbers, captured: [...sender.captured], sentBytes });
  sender.captured.clear();
}, 500);
say({ ready: true, at: now() });

let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    const message = JSON.parse(line);
    if ("screen" in message) sender.screen = message.screen;
    else signals.onmessage?.(message);
  }
}
clearInterval(reports);
await connection.close();
await rtc.close();
