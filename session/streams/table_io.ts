/** What the table of opened streams needs of its owner. */
import type { ByteStream } from "./byte_stream.ts";
import type { StreamWatch } from "./traffic.ts";

/** Takes a stream that the peer opens; what it throws resets the stream. */
export type ServiceHandler = (stream: ByteStream, head: Uint8Array) => void;

export interface StreamTableIo {
  /** The clock: ms, steady. */
  now(): number;
  /** There may be something to be sent. */
  changed(): void;
  /** The smoothed round trip of the path, ms, if there is one and it is known. */
  srtt(): number | undefined;
  log(words: string): void;
  /** Hears of the streams that the peer opens. */
  readonly watch?: StreamWatch;
}
