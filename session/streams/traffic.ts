/** What opened streams carry, by service, and who hears of each opening and each end. */
import type { ResetReason } from "./byte_stream.ts";

/** The streams of one service between this end and one peer. */
export interface ServiceNumbers {
  /** Streams that are open now, and all that ever were. */
  readonly open: number;
  readonly opened: number;
  /** Bytes that this end has put on a link, and bytes that came; each byte counts once. */
  readonly out: number;
  readonly in: number;
}

/** A stream as far as it is counted. */
export interface CountedStream {
  readonly id: number;
  readonly service: string;
  /** Bytes so far: {@link ServiceNumbers.out} and `in`. */
  readonly out: number;
  readonly in: number;
}

/** Hears of the streams that the peer opens. */
export interface StreamWatch {
  opened(stream: CountedStream, head: Uint8Array): void;
  /** `reason`: null if both halves ended well. A stream that was opened has one end. */
  closed(stream: CountedStream, reason: ResetReason | null): void;
  /** It asked for a service that is not here. */
  refused(service: string): void;
}

/** The streams of one peer, counted. Names of services come from this end: what is not served is not counted. */
export class Traffic {
  readonly #open = new Set<CountedStream>();
  readonly #totals = new Map<string, { opened: number; out: number; in: number }>();

  opened(stream: CountedStream): void {
    this.#open.add(stream);
    this.#of(stream).opened++;
  }

  closed(stream: CountedStream): void {
    if (!this.#open.delete(stream)) return;
    const total = this.#of(stream);
    total.out += stream.out;
    total.in += stream.in;
  }

  /** By the service's name. */
  get numbers(): Readonly<Record<string, ServiceNumbers>> {
    const all = new Map([...this.#totals].map(([name, total]) => [name, { open: 0, ...total }]));
    for (const stream of this.#open) {
      const sum = all.get(stream.service)!;
      sum.open++;
      sum.out += stream.out;
      sum.in += stream.in;
    }
    return Object.fromEntries(all);
  }

  #of({ service }: CountedStream) {
    let total = this.#totals.get(service);
    if (!total) this.#totals.set(service, total = { opened: 0, out: 0, in: 0 });
    return total;
  }
}
