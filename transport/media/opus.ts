/** Opus in RTP (RFC 7587): a payload is one Opus packet as it is, and RTP's clock runs at 48 kHz whatever the packet's bandwidth. Pure. */

/** Ticks of RTP's clock in a second. */
export const OPUS_CLOCK = 48_000;
/** The longest Opus packet, in ticks: 120 ms (RFC 6716, section 3.2.5). */
const LONGEST = 5760;

/** How long an Opus packet sounds, in ticks of 48 kHz, by its first two bytes (RFC 6716, section 3.1); 0 for what is none. */
export function opusTicks(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const toc = packet[0]!;
  const frame = frameTicks(toc >> 3);
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  const ticks = frame * frames;
  return ticks > LONGEST ? 0 : ticks;
}

/** A frame's length by the configuration: SILK has 10 to 60 ms, hybrid 10 or 20, CELT 2.5 to 20. */
function frameTicks(configuration: number): number {
  if (configuration < 12) return [480, 960, 1920, 2880][configuration & 3]!;
  if (configuration < 16) return [480, 960][configuration & 1]!;
  return 120 << (configuration & 3);
}
