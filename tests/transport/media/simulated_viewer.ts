/**
 * A viewer in simulated time behind a link that can be shaped: it puts pictures together, asks again for what is missing, reports loss, and
 * estimates the rate as libwebrtc does, in outline (REMB: delay that grows means 0.85 of what comes through, else 8 % a second more).
 */

import type { RtcpEvent } from "../../../transport/media/rtcp.ts";
import type { ViewerTracks } from "../../../transport/media/media_viewer.ts";
import { DirectedLink, type LinkShape } from "../../net/link.ts";

/** A packet is asked for again so often; ms. The round trip is added. */
const NACK_EVERY = 20;
/** And so many times. */
const NACKS = 10;
/** Nothing to show for so long: a keyframe is asked for, and again each so many ms. */
const STUCK = 3000;
const STILL_STUCK = 200;
const REPORT_EVERY = 1000;
/** libwebrtc's factors of its rate control. */
const BETA = 0.85;
const RISE = 1.08;
const ABOVE_INCOMING = 1.5;
/** Delay above the least one (ms) that counts as a queue that grows. */
const OVERUSE = 30;
/** Packets of the first picture that measure the path. */
const PROBE = 15;
const UDP = 17;
/** Bytes of IP, UDP and SRTP around a packet. */
const OVERHEAD = 38;

interface Arrived {
  readonly marker: boolean;
  readonly keyframe: boolean;
  readonly timestamp: number;
}

export class SimulatedViewer implements ViewerTracks {
  readonly offer: ViewerTracks["offer"] = {
    sdp: "",
    video: { mid: "0", payloadType: 108, format: "", ids: { playoutDelay: 5, sendTime: 2, captureTime: 0 } },
    audio: undefined,
  };
  onrtcp: ((event: RtcpEvent) => void) | null = null;
  /** Pictures that were shown: when, and how old they were; ms. */
  readonly shown: { readonly at: number; readonly age: number }[] = [];
  /** Whether the link's rate is estimated; false: a browser without REMB. */
  remb = true;
  nacks = 0;
  readonly #link: DirectedLink;
  readonly #ssrc: number;
  readonly #captured: ReadonlyMap<number, number>;
  readonly #events: { readonly at: number; readonly run: () => void }[] = [];
  readonly #packets = new Map<number, Arrived>();
  readonly #missing = new Map<number, { askedAt: number; asked: number }>();
  readonly #incoming: { readonly at: number; readonly bytes: number }[] = [];
  #now = 0;
  #highest = -1;
  #next = -1;
  #received = 0;
  #expected = { highest: -1, received: 0 };
  #reportAt = 0;
  #senderReport = { lastReport: 0, at: 0 };
  #shownAt = 0;
  #leastDelay = Infinity;
  #delay = 0;
  #estimate: number | undefined;
  #estimatedAt = 0;

  /** `captured`: capture times by RTP timestamp. */
  constructor(seed: string, shape: LinkShape, ssrc: number, captured: ReadonlyMap<number, number>) {
    this.#link = new DirectedLink(seed);
    this.#link.shape = shape;
    this.#ssrc = ssrc;
    this.#captured = captured;
  }

  reshape(change: Partial<LinkShape>): void {
    this.#link.shape = { ...this.#link.shape, ...change };
  }

  get bytes(): number {
    return this.#link.counters.sentBytes;
  }

  send(stream: "video" | "audio", packet: Uint8Array): boolean {
    if (stream === "audio") return true;
    const copy = packet.slice();
    const arrivals = new Float64Array(2);
    const sent = this.#now;
    if (this.#link.send(sent, packet.length + OVERHEAD, UDP, arrivals) > 0) {
      this.#at(arrivals[0]!, () => this.#receive(copy, sent));
    }
    return true;
  }

  /** Runs what is due by `now` (ms). */
  advance(now: number): void {
    this.#now = now;
    for (let next = this.#events[0]; next && next.at <= now; next = this.#events[0]) {
      this.#events.shift();
      next.run();
    }
    this.#ask();
    if (now - this.#reportAt >= REPORT_EVERY) this.#report();
  }

  #at(at: number, run: () => void): void {
    let index = this.#events.length;
    while (index > 0 && this.#events[index - 1]!.at > at) index--;
    this.#events.splice(index, 0, { at, run });
  }

  /** What the viewer says takes as long to the host as the link's delay, and may get lost. */
  #say(event: RtcpEvent): void {
    this.#at(this.#now + this.#link.shape.delayMs, () => this.onrtcp?.(event));
  }

  #receive(packet: Uint8Array, sent: number): void {
    const view = new DataView(packet.buffer);
    if (packet[1] === 200) {
      // The middle of its NTP time, as a viewer names it.
      this.#senderReport = { lastReport: view.getUint32(10), at: this.#now };
      return;
    }
    this.#measure(packet.length, sent);
    const short = view.getUint16(2);
    const sequence = this.#highest < 0 ? short : this.#highest + ((short - this.#highest) << 16 >> 16);
    if (this.#highest < 0) {
      this.#highest = sequence - 1;
      this.#next = sequence;
      this.#expected = { highest: sequence - 1, received: 0 };
    }
    if (this.#missing.delete(sequence) || sequence > this.#highest) this.#received++;
    for (let n = this.#highest + 1; n < sequence; n++) this.#missing.set(n, { askedAt: -Infinity, asked: 0 });
    this.#highest = Math.max(this.#highest, sequence);
    const at = 16 + 4 * view.getUint16(14);
    this.#packets.set(sequence, {
      marker: (packet[1]! & 0x80) !== 0,
      keyframe: (packet[at]! & 31) === 24, // a STAP-A has the parameter sets of a keyframe
      timestamp: view.getUint32(4),
    });
    this.#show();
  }

  /** Shows what is whole and can be decoded: all in order, or from a keyframe that is whole. */
  #show(): void {
    this.#skipToKeyframe();
    for (;;) {
      let end = this.#next;
      while (this.#packets.get(end)?.marker === false) end++;
      const last = this.#packets.get(end);
      if (!last) return;
      for (let n = this.#next; n <= end; n++) this.#packets.delete(n);
      this.#next = end + 1;
      const captured = this.#captured.get(last.timestamp);
      if (captured !== undefined) this.shown.push({ at: this.#now, age: this.#now - captured });
      this.#shownAt = this.#now;
    }
  }

  #skipToKeyframe(): void {
    if (this.#isWhole(this.#next)) return;
    for (const [sequence, { keyframe }] of this.#packets) {
      if (!keyframe || sequence <= this.#next) continue;
      if (!this.#isWhole(sequence)) continue;
      for (const before of [...this.#packets.keys()]) if (before < sequence) this.#packets.delete(before);
      for (const before of [...this.#missing.keys()]) if (before < sequence) this.#missing.delete(before);
      this.#next = sequence;
      return;
    }
  }

  /** Whether all packets from this one to the end of its picture are there. */
  #isWhole(sequence: number): boolean {
    while (this.#packets.get(sequence)?.marker === false) sequence++;
    return this.#packets.has(sequence);
  }

  #ask(): void {
    const due = [...this.#missing].filter(([, { askedAt }]) =>
      this.#now - askedAt >= NACK_EVERY + 2 * this.#link.shape.delayMs
    );
    for (const [sequence, missing] of due) {
      missing.askedAt = this.#now;
      if (++missing.asked > NACKS) this.#missing.delete(sequence);
    }
    if (due.length > 0) {
      this.nacks += due.length;
      this.#report(); // libwebrtc sends both in one packet
      this.#say({ kind: "nack", about: this.#ssrc, sequences: due.map(([sequence]) => sequence & 0xFFFF) });
    }
    if (this.#highest > 0 && this.#now - this.#shownAt > STUCK) {
      this.#shownAt = this.#now - STUCK + STILL_STUCK;
      this.#say({ kind: "keyframe", about: this.#ssrc });
    }
  }

  #report(): void {
    this.#reportAt = this.#now;
    if (this.#highest < 0) return;
    const expected = this.#highest - this.#expected.highest;
    const lost = expected === 0 ? 0 : Math.max(0, 1 - (this.#received - this.#expected.received) / expected);
    this.#expected = { highest: this.#highest, received: this.#received };
    this.#say({
      kind: "report",
      about: this.#ssrc,
      lost: Math.min(255 / 256, lost),
      highest: this.#highest,
      jitter: 0,
      lastReport: this.#senderReport.lastReport,
      heldMs: this.#now - this.#senderReport.at,
    });
    if (this.remb && this.#estimate !== undefined) this.#say({ kind: "remb", bitrate: this.#estimate });
  }

  #measure(bytes: number, sent: number): void {
    const now = this.#now;
    this.#incoming.push({ at: now, bytes: bytes + OVERHEAD });
    while (this.#incoming[0]!.at < now - 500) this.#incoming.shift();
    const incoming = this.#incoming.reduce((sum, packet) => sum + packet.bytes, 0) * 16;
    this.#leastDelay = Math.min(this.#leastDelay, now - sent);
    this.#delay += 0.1 * (now - sent - this.#delay);
    const seconds = (now - this.#estimatedAt) / 1000;
    if (this.#estimate === undefined) {
      // The first packets are taken for a probe.
      if (this.#incoming.length < PROBE) return;
      const probe = this.#incoming.slice(4);
      const took = Math.max(1, now - probe[0]!.at);
      this.#estimate = probe.slice(1).reduce((sum, packet) => sum + packet.bytes, 0) * 8000 / took;
    } else if (this.#delay - this.#leastDelay > OVERUSE) {
      if (seconds < 0.3) return;
      if (BETA * incoming >= this.#estimate) return;
      this.#estimate = BETA * incoming;
      this.#report(); // a fall is said at once, with a report
    } else if (this.#estimate < ABOVE_INCOMING * incoming + 10_000) {
      this.#estimate = Math.min(
        this.#estimate * RISE ** Math.min(1, seconds),
        ABOVE_INCOMING * incoming + 10_000,
      );
    }
    this.#estimatedAt = now;
  }
}
