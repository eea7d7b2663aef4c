/** What the model of SCTP puts on the path. */
import type { Channel } from "../../../transport/link.ts";

export interface Chunk {
  tsn: number;
  readonly channel: Channel;
  /** Counts the messages of a channel. */
  readonly message: number;
  /** Whether the message begins and ends with it. */
  readonly first: boolean;
  readonly last: boolean;
  readonly bytes: Uint8Array;
}

export interface Sack {
  /** All up to here has come. */
  readonly cumulative: number;
  readonly above: ReadonlySet<number>;
}

export interface Packet {
  readonly chunks: readonly Chunk[];
  readonly sack?: Sack;
  /** Nothing up to here comes any more (FORWARD-TSN). */
  readonly forward?: number;
}
