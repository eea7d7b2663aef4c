/** The binary messages of the relay: a header that the road reads, and sealed bytes that it cannot read. */
import type { Channel } from "../link.ts";
import { bad, SignalError } from "./json_fields.ts";
import { HOST_PEER, LIMITS, type PeerId, RELAY_HEADER } from "./signal.ts";

const VIEWER_ID = /^[a-z2-7]{8}$/;
const CHANNELS: readonly Channel[] = ["ctrl", "term", "bulk"];

/** One relayed message: header (see {@link RELAY_HEADER}) and sealed bytes. */
export interface Relayed {
  /** The receiver on the way to the road, the sender on the way from it. */
  readonly peer: PeerId;
  readonly channel: Channel;
  /** A view into the decoded bytes. */
  readonly sealed: Uint8Array;
}

/** The binary message of a {@link Relayed}; throws RangeError when it is over {@link LIMITS}.relay. */
export function encodeRelayed({ peer, channel, sealed }: Relayed): Uint8Array<ArrayBuffer> {
  if (sealed.length + RELAY_HEADER > LIMITS.relay) {
    throw new RangeError(`${sealed.length} bytes are too many for the relay`);
  }
  const out = new Uint8Array(RELAY_HEADER + sealed.length);
  const name = peer.padEnd(8, "-");
  for (let i = 0; i < 8; i++) out[i] = name.charCodeAt(i);
  out[8] = CHANNELS.indexOf(channel);
  out.set(sealed, RELAY_HEADER);
  return out;
}

/** Decodes a binary relay message. Throws {@link SignalError}. */
export function decodeRelayed(bytes: Uint8Array): Relayed {
  if (bytes.length > LIMITS.relay) {
    throw new SignalError(
      "too_large",
      `a relayed message has ${bytes.length} bytes; at most ${LIMITS.relay} are taken`,
    );
  }
  if (bytes.length <= RELAY_HEADER) {
    bad(`a relayed message has ${bytes.length} bytes; its header alone has ${RELAY_HEADER}`);
  }
  let name = "";
  for (const byte of bytes.subarray(0, 8)) name += String.fromCharCode(byte);
  const peer = name === "host----" ? HOST_PEER : name;
  if (peer !== HOST_PEER && !VIEWER_ID.test(peer)) {
    bad(`a relayed message starts with 8 bytes that name no peer`);
  }
  const channel = CHANNELS[bytes[8]!];
  if (channel === undefined) {
    bad(`a relayed message names channel ${bytes[8]}; 0 to ${CHANNELS.length - 1} exist`);
  }
  return { peer, channel, sealed: bytes.subarray(RELAY_HEADER) };
}
