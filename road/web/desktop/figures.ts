/** The numbers of a shown desktop, second by second. */
import type { AgeLegs } from "../../../session/services/desktop/picture_age.ts";

/** What the browser tells of a receiving connection. */
interface Received {
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly route: string | undefined;
}

const NOTHING: Received = { bytes: 0, packets: 0, lost: 0, route: undefined };

/** Counts what shows and what comes; {@link take} gives a second of it. */
export class Figures {
  /** Of the newest picture. */
  age: AgeLegs | undefined;
  #shown = 0;
  #bytes = 0;
  #before = NOTHING;
  #peer: RTCPeerConnection | undefined;
  #takenAt = performance.now();

  /** A picture showed; `bytes`: what it had, where it came over data. */
  shown(age: AgeLegs | undefined, bytes = 0): void {
    this.age = age ?? this.age;
    this.#shown++;
    this.#bytes += bytes;
  }

  /** What went since the last time, as rates; `peer`: the connection for video, if there is one. */
  async take(peer: RTCPeerConnection | undefined): Promise<{
    readonly fps: number;
    readonly bitrate: number;
    readonly lost: number;
    readonly route: string | undefined;
  }> {
    const received = peer ? await readStats(peer) : NOTHING;
    // Another connection counts from 0.
    const before = peer === this.#peer ? this.#before : NOTHING;
    this.#peer = peer;
    this.#before = received;
    const now = performance.now();
    const seconds = Math.max(0.001, (now - this.#takenAt) / 1000);
    this.#takenAt = now;
    const packets = Math.max(0, received.packets - before.packets);
    const lost = Math.max(0, received.lost - before.lost);
    const bytes = Math.max(0, received.bytes - before.bytes) + this.#bytes;
    const fps = this.#shown / seconds;
    this.#shown = this.#bytes = 0;
    return {
      fps,
      bitrate: bytes * 8 / seconds,
      lost: packets + lost > 0 ? lost / (packets + lost) : 0,
      route: received.route,
    };
  }
}

async function readStats(peer: RTCPeerConnection): Promise<Received> {
  const reports = new Map<string, Record<string, unknown>>();
  (await peer.getStats()).forEach((report) => reports.set(report.id, report));
  let received = NOTHING;
  for (const report of reports.values()) {
    if (report.type === "inbound-rtp" && report.kind === "video") {
      const number = (name: string) => typeof report[name] === "number" ? report[name] as number : 0;
      received = {
        ...received,
        bytes: number("bytesReceived") + number("headerBytesReceived"),
        packets: number("packetsReceived"),
        lost: number("packetsLost"),
      };
    }
    if (report.type === "candidate-pair" && report.state === "succeeded" && report.nominated) {
      const ends = [report.localCandidateId, report.remoteCandidateId]
        .map((id) => reports.get(String(id))?.candidateType);
      const route = ends.includes("relay") ? "relay" : ends.find((end) => end !== "host") ?? "host";
      received = { ...received, route: String(route) };
    }
  }
  return received;
}
