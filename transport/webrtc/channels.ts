/** Which channels a connection has. */
import type { RtcChannelOptions } from "./rtc.ts";

/**
 * The channels of each connection, negotiated out of band, so the same at both ends. On the main connection, `beach/bulk/1` carries bulk
 * until the second one is open, and again if that breaks; `bulk_lane.ts` keeps the order.
 */
export const CHANNELS = {
  main: [
    { label: "beach/ctrl/1", id: 0, ordered: true },
    { label: "beach/term/1", id: 1, ordered: false, maxRetransmits: 0 },
    { label: "beach/bulk/1", id: 2, ordered: true },
  ],
  bulk: [{ label: "beach/bulk/1", id: 0, ordered: true }],
} as const satisfies Record<string, readonly RtcChannelOptions[]>;
