/** Packets: what goes over a channel of a link at once (`WIRE.md`, "Packets"). */
import { u32, uint } from "./checks.ts";
import { decode, encode, type Value, WireError } from "./codec.ts";
import { type Frame, frameOf, frameValue } from "./frame.ts";
import { MAX_FRAMES } from "./limits.ts";
import type { OtherProtocol } from "./link_frames.ts";

/** What an end tells of the link; see `WIRE.md`. */
export interface PacketHeader {
  readonly time: number;
  readonly echo: number;
  readonly held: number;
  readonly number: number;
  readonly top: number;
  readonly got: number;
}

export interface Packet {
  /** Null: it tells nothing of the link. */
  readonly header: PacketHeader | null;
  /** What is known here, in order. Of a packet without frames: a `Probe`. */
  readonly frames: readonly (Frame | OtherProtocol)[];
  /** How many were passed over: their stream or their type is not known here. */
  readonly unknown: number;
}

/** The frames of a packet that is sent: all that this version of the protocol has. */
export interface OwnPacket {
  readonly header: PacketHeader | null;
  readonly frames: readonly Frame[];
}

/** The bytes of a packet. The caller keeps to the limits; the other end would refuse it otherwise. */
export function encodePacket({ header, frames }: OwnPacket): Uint8Array {
  const first = header && [header.time, header.echo, header.held, header.number, header.top, header.got];
  const written = frames.filter((frame) => frame.type !== "Probe");
  return encode([first, ...written.map(frameValue)]);
}

/**
 * The packet that `bytes` hold.
 * @throws {WireError} for anything that `WIRE.md` does not allow: then nothing of it counts
 */
export function decodePacket(bytes: Uint8Array): Packet {
  const [first, ...values] = decode(bytes);
  if (typeof first === "number") throw new WireError("a message of Beach protocol 1: use the same version");
  if (values.length > MAX_FRAMES) {
    throw new WireError(`a packet of ${values.length} frames: at most ${MAX_FRAMES}`);
  }
  const header = headerOf(first);
  if (values.length === 0) return { header, frames: [{ type: "Probe" }], unknown: 0 };
  const all = values.map(frameOf);
  const frames = all.filter((frame) => frame !== null);
  return { header, frames, unknown: all.length - frames.length };
}

/** `time`, `echo` and `held` are within 2^32. */
const CHECKS = [u32, u32, u32, uint, uint, uint];

function headerOf(value: Value | undefined): PacketHeader | null {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== CHECKS.length || !value.every((v, i) => CHECKS[i]!(v))) {
    throw new WireError("a packet's header is neither nil nor six numbers in range");
  }
  const [time, echo, held, number, top, got] = value as [number, number, number, number, number, number];
  return { time, echo, held, number, top, got };
}
