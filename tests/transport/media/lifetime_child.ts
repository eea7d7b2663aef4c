/**
 * One process that opens media connections ten times over and ends in the way that its argument names; the test looks at how it ended.
 * The viewer is the native library too, used as it comes.
 */

import ndc, { type PeerConnection } from "node-datachannel";
import { MediaConnection, type MediaSignals } from "../../../transport/media/media_connection.ts";
import { TrackManager } from "../../../transport/media/track_manager.ts";
import { nativeRtc } from "../../../transport/native/node_datachannel.ts";
import { deadline } from "../../support/deadline.ts";

const OPEN = 20_000;
const ROUNDS = 10;
const H264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
const now = () => performance.timeOrigin + performance.now();

/** A viewer of the library's own. What it makes is kept, or garbage collection closes it. */
class NativeViewer {
  readonly signals: MediaSignals;
  readonly got: Promise<void>;
  readonly #peer: PeerConnection;
  readonly #kept: unknown[] = [];
  #isClosing = false;
  readonly #closed = Promise.withResolvers<void>();

  constructor() {
    const peer = this.#peer = new ndc.PeerConnection("viewer", {
      iceServers: [],
      bindAddress: "127.0.0.1",
      forceMediaTransport: true,
    });
    const video = new ndc.Video("0", "RecvOnly");
    video.addH264Codec(108, H264);
    const audio = new ndc.Audio("1", "RecvOnly");
    audio.addOpusCodec(111);
    const tracks = [peer.addTrack(video), peer.addTrack(audio)];
    this.#kept.push(video, audio, tracks);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.got = promise;
    for (const track of tracks) track.onMessage(() => resolve());
    this.signals = {
      onmessage: null,
      // As over a stream: not within a native callback, whose exceptions end the process.
      send: (message) =>
        queueMicrotask(() => {
          if (this.#isClosing) return;
          if ("answer" in message) peer.setRemoteDescription(message.answer, "answer");
          else this.#addCandidate(message.candidate, message.mid);
        }),
    };
    // The host may close first.
    peer.onStateChange((state) => {
      if (state === "closed") this.#closed.resolve();
    });
    // The library may report a candidate before the offer that it belongs to.
    const early: unknown[] = [];
    let offered = false;
    const say = (message: unknown) => queueMicrotask(() => this.signals.onmessage?.(message));
    peer.onLocalDescription((sdp) => {
      offered = true;
      for (const message of [{ offer: sdp, policy: "all" }, ...early]) say(message);
    });
    peer.onLocalCandidate((candidate, mid) => {
      const message = { candidate: candidate.replace(/^a=/, ""), mid };
      if (offered) say(message);
      else early.push(message);
    });
  }

  #addCandidate(candidate: string, mid: string): void {
    try {
      if (candidate !== "") this.#peer.addRemoteCandidate(candidate, mid);
    } catch {
      // The host has closed meanwhile, and with it this end.
    }
  }

  offer(): void {
    this.#peer.setLocalDescription("offer");
  }

  close(): Promise<void> {
    this.#isClosing = true;
    this.#peer.close(); // frees it, also where the host has closed first
    return this.#closed.promise;
  }
}

const way = Deno.args[0]!;
const rtc = await nativeRtc({ bind: "loopback" });
const tracks = new TrackManager({ random: Math.random, now, maxBitrate: 1_000_000 });
const kept: NativeViewer[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const viewer = new NativeViewer();
  kept.push(viewer);
  const { video, audio } = tracks;
  const connection = new MediaConnection({
    rtc,
    signals: viewer.signals,
    iceServers: [],
    icePolicy: "all",
    video,
    audio,
  });
  const open = new Promise<void>((resolve) => {
    connection.onstate = (state) => {
      if (state === (way === "dialling" ? "connecting" : "open")) resolve();
    };
  });
  viewer.offer();
  await deadline(open, OPEN, `round ${round}: the connection`);
  if (way !== "dialling") {
    tracks.add("viewer", connection);
    const nal = new Uint8Array(20_000).fill(0x65);
    const sending = setInterval(
      () => tracks.picture("main", { nals: [nal], keyframe: true, time: now() * 90 }),
      5,
    );
    await deadline(viewer.got, OPEN, `round ${round}: a packet`);
    if (way === "gc") (globalThis as unknown as { gc(): void }).gc();
    if (way === "factory") await viewer.close();
    // The factory closes the last one itself, while pictures flow.
    if (way === "factory" && round === ROUNDS - 1) await rtc.close();
    else if (way === "viewer first") await viewer.close();
    else await connection.close();
    clearInterval(sending);
    tracks.remove("viewer");
  }
  await connection.close();
  await viewer.close();
}
await rtc.close();
console.log("done");
