/** WebRTC from `node-datachannel` (libdatachannel). This file and its three helpers are the only ones that use the package. Deno only. */

import type { RtcConfig } from "node-datachannel";
import { nativeIceServers } from "../webrtc/ice_servers.ts";
import { hasNetwork } from "./addresses.ts";
import { MAX_MESSAGE } from "../link.ts";
import type { Log } from "../log.ts";
import type { MediaFactory } from "../media/media_peer.ts";
import { guarded } from "./native_channel.ts";
import { nativeMediaPeer } from "./native_media.ts";
import { NativePeer } from "./native_peer.ts";
import type { RtcFactory, RtcOptions, RtcPeer } from "../webrtc/rtc.ts";

export interface NativeOptions {
  /** Receives the library's warnings, one line each; at this level they contain no secret and no SDP. */
  readonly log?: Log;
  /** `loopback`: only 127.0.0.1, for tests. Default: every interface, or 127.0.0.1 where there is no other. */
  readonly bind?: "loopback" | "network";
}

/** HighSpeed TCP (RFC 3649) of usrsctp's modules: over long paths a loss costs less, and what it cost is back in a tenth of the time. */
const HIGH_SPEED = 1;

/**
 * SCTP settings for whole messages of 64 KiB over long paths: an initial window of 64 packets, and buffers for a bandwidth-delay product of
 * 4 MiB (at 100 ms of round trip, 3.7 -> 5.5 MB/s measured). An acknowledgement waits up to 10 ms for data to ride on, or for a second
 * packet. Sent at once (0 ms) it is a packet of its own, sent before JavaScript sees the message, at both ends for each key: 0.15 ms of 1.8
 * ms to the echo on loopback, and 12 % of the bytes of typing. For bulk no difference exceeded the noise (13 and 15 MB/s with 0, 12 and 24
 * with 10). `tests/bench/services/ceiling.ts` measures what a bare channel carries with these.
 */
export const SCTP = {
  initialCongestionWindow: 64,
  congestionControlModule: HIGH_SPEED,
  delayedSackTime: 10,
  sendBufferSize: 4 * 1024 * 1024,
  recvBufferSize: 4 * 1024 * 1024,
};

/** The largest message: {@link MAX_MESSAGE} and the header of a bulk frame. */
const MAX_NATIVE_MESSAGE = MAX_MESSAGE + 16;

/** Factories that are not closed. The library has one global state; closing the last factory shuts it down. */
let factories = 0;

/**
 * Loads the native library (about 80 ms, so only on demand) and returns a factory of peer connections. An open connection keeps the process
 * alive, and so does a `log`; after `close()` of the last factory the process ends by itself, and `Deno.exit` is safe.
 *
 * For one isolate of a process only: the library keeps JavaScript objects in C++ statics, so loading it in a worker as well, or in a second
 * test file of one `deno test`, ends the process ("attempt to access Handle hosted by disposed Isolate").
 *
 * Throws Error where the package has no build for the platform.
 */
export async function nativeRtc(options: NativeOptions = {}): Promise<RtcFactory & MediaFactory> {
  const library = await load();
  factories++;
  // Without a callback the library writes to the terminal; without this call it logs nothing at all.
  const { log } = options;
  if (log) {
    // Beach logs failures itself. An attempt that is cancelled, or a link that closes, is no fault, although the library warns of it.
    library.initLogger("Warning", (_level, message) => tell(log, "debug", message));
  }
  library.setSctpSettings(SCTP);
  const peers = new Set<NativePeer>();
  let closing: Promise<void> | null = null;

  const make = ({ iceServers, icePolicy }: RtcOptions, more: Partial<RtcConfig>): NativePeer => {
    if (closing) throw new Error("the WebRTC factory is closed; make another with nativeRtc()");
    const { servers, skipped } = nativeIceServers(iceServers);
    for (const why of skipped) if (log) tell(log, "warn", `ICE server left out: ${why}`);
    const loopback = options.bind === "loopback" || (options.bind === undefined && !hasNetwork());
    const config: RtcConfig = {
      iceServers: [...servers],
      iceTransportPolicy: icePolicy,
      ...more,
      ...(loopback ? { bindAddress: "127.0.0.1" } : {}),
    };
    const peer = new NativePeer(library.PeerConnection, config, (closed) => peers.delete(closed));
    peers.add(peer);
    return peer;
  };

  const close = async (): Promise<void> => {
    await Promise.all([...peers].map((peer) => {
      guarded(() => peer.onstate?.("closed")); // its owner did not close it, so it must be told
      return peer.close();
    }));
    // One more turn of the event loop: the library frees a connection after its last callback has returned.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (--factories > 0) return;
    try {
      library.cleanup();
    } catch (error) {
      // A native thread did not end within its 10 s. Nothing else remains to be closed, and the caller is about to end.
      if (log) {
        tell(log, "error", `WebRTC did not shut down: ${error instanceof Error ? error.message : error}`);
      }
    }
  };

  const create = (options: RtcOptions): RtcPeer => make(options, { maxMessageSize: MAX_NATIVE_MESSAGE });
  // A track on a connection that was made without this setting never opens, and nothing says so.
  const createMedia: MediaFactory["createMedia"] = (options) =>
    nativeMediaPeer(library, make(options, { forceMediaTransport: true }), options);
  return { create, createMedia, close: () => closing ??= close() };
}

async function load() {
  try {
    return await import("node-datachannel");
  } catch (error) {
    throw new Error(
      `can't load WebRTC for ${Deno.build.os} ${Deno.build.arch}: ${
        error instanceof Error ? error.message : error
      }; ` +
        "--force-websocket does without it",
      { cause: error },
    );
  }
}

function tell(log: Log, level: "debug" | "warn" | "error", message: string): void {
  try {
    log(level, `WebRTC library: ${message.trim()}`);
  } catch {
    // A log that cannot be written must not end the session.
  }
}
