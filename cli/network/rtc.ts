/** The native WebRTC of this process, as the flags of both ends configure it. */
import type { Link } from "../../transport/link.ts";
import type { Log } from "../../transport/log.ts";
import type { MediaFactory } from "../../transport/media/media_peer.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { simulate } from "../../transport/links/simulated_link.ts";

/** Null if no peer-to-peer path is wanted; the native library is then not loaded. */
export async function openRtc(
  options: { readonly forceWebsocket: boolean },
  log: Log,
): Promise<(RtcFactory & MediaFactory) | null> {
  if (options.forceWebsocket) return null;
  const { nativeRtc } = await import("../../transport/native/node_datachannel.ts");
  return await nativeRtc({ log });
}

/** Makes links worse, as `--simulate-loss` (percent) and `--simulate-delay` (ms, each way) request. */
export function worsener(
  options: { readonly simulateLoss: number; readonly simulateDelay: number },
): (link: Link) => Link {
  return (link) =>
    simulate(link, {
      lossPercent: options.simulateLoss,
      delayMs: options.simulateDelay,
      random: Math.random,
      schedule: (ms, fn) => void setTimeout(fn, ms),
    });
}
