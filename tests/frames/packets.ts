/** Packets as a test says and reads them. */
import type { Frame } from "../../frames/frame.ts";
import type { OtherProtocol } from "../../frames/link_frames.ts";
import { decodePacket, encodePacket } from "../../frames/packet.ts";

/** Of an end that has heard nothing, and counts nothing. */
export const HEADER = { time: 1, echo: 0, held: 0, number: 0, top: 0, got: 0 };

/** The bytes of a packet that may go on any channel. */
export const packetOf = (...frames: Frame[]): Uint8Array => encodePacket({ header: HEADER, frames });

/** What is in a packet that came. */
export const framesOf = (bytes: Uint8Array): readonly (Frame | OtherProtocol)[] => decodePacket(bytes).frames;
