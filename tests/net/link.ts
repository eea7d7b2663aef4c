/**
 * One direction of an emulated network link, as a pure function of packets, times and a seed. Each packet takes the
 * same number of random draws whatever its fate, so the n-th packet of a link fares the same in every run of a seed.
 */

/** How a link treats packets, one way. A round trip over two such links takes twice `delayMs`. */
export interface LinkShape {
  /** Time on the way, in ms. */
  readonly delayMs: number;
  /** Up to this much more, evenly spread, in ms. Packets keep their order (see `reorder`). */
  readonly jitterMs: number;
  /** Chance, 0 to 1, that a packet is lost. */
  readonly loss: number;
  /** Packets lost in a row, on average, where any is lost (Gilbert's model); up to 1: each fares by itself. */
  readonly lossRun: number;
  /** Chance that a packet arrives twice. */
  readonly duplicate: number;
  /** Chance that a packet is held back by `reorderMs`, so that later ones overtake it. */
  readonly reorder: number;
  readonly reorderMs: number;
  /** Bytes leave at this rate, in kbit/s; 0 means no limit. */
  readonly rateKbit: number;
  /** What may wait for the rate limit, in bytes; a packet beyond it is dropped at the tail. */
  readonly queueBytes: number;
  /** Drops every UDP packet, as some firewalls do. */
  readonly blockUdp: boolean;
  /** Drops everything. */
  readonly down: boolean;
}

export const CLEAR_LINK: LinkShape = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  lossRun: 1,
  duplicate: 0,
  reorder: 0,
  reorderMs: 10,
  rateKbit: 0,
  // 64 KiB: half a second at 1 Mbit/s, a common depth of home routers.
  queueBytes: 65_536,
  blockUdp: false,
  down: false,
};

/** What became of the packets of one direction. Bytes are of whole IP packets, as they were sent. */
export interface LinkCounters {
  sent: number;
  sentBytes: number;
  delivered: number;
  deliveredBytes: number;
  lost: number;
  duplicated: number;
  reordered: number;
  /** Dropped because the queue was full. */
  overflowed: number;
  /** Dropped because the link was down or UDP was blocked. */
  refused: number;
}

/** Throws RangeError that names the field, the value and what would be right. */
export function checkShape(shape: Partial<LinkShape>): void {
  for (const [name, value] of Object.entries(shape)) {
    if (!(name in CLEAR_LINK)) {
      throw new RangeError(`a link has no ${name}; it has ${Object.keys(CLEAR_LINK).join(", ")}`);
    }
    if (typeof value === "boolean") continue;
    const chance = name === "loss" || name === "duplicate" || name === "reorder";
    if (typeof value !== "number" || !(value >= 0) || value > (chance ? 1 : Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(
        `a link's ${name} is ${value}; give ${chance ? "a chance from 0 to 1" : "0 or more"}`,
      );
    }
  }
}

const UDP = 17;

export class DirectedLink {
  shape: LinkShape = CLEAR_LINK;
  readonly counters: LinkCounters = {
    sent: 0,
    sentBytes: 0,
    delivered: 0,
    deliveredBytes: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    overflowed: 0,
    refused: 0,
  };
  #free = 0;
  #latest = 0;
  /** Whether the packet before was lost. */
  #losing = false;
  readonly #random: () => number;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  /**
   * Decides the fate of one packet of `bytes` and IP `protocol` that is sent at `now` (ms): writes when it arrives to
   * `arrivals` and returns how often (0, 1 or 2).
   */
  send(now: number, bytes: number, protocol: number, arrivals: Float64Array): 0 | 1 | 2 {
    const { shape, counters } = this;
    const [lost, twice, late, wobble] = [this.#random(), this.#random(), this.#random(), this.#random()];
    counters.sent++;
    counters.sentBytes += bytes;
    if (shape.down || (shape.blockUdp && protocol === UDP)) return counters.refused++, 0;
    let departure = now;
    if (shape.rateKbit > 0) {
      const start = Math.max(now, this.#free);
      // kbit/s is bit/ms.
      const waiting = (start - now) * shape.rateKbit / 8;
      if (waiting + bytes > shape.queueBytes) return counters.overflowed++, 0;
      departure = start + bytes * 8 / shape.rateKbit;
      this.#free = departure;
    }
    // A lost packet has used its share of the rate: it was sent, and nobody got it.
    this.#losing = lost < this.#lossNow();
    if (this.#losing) return counters.lost++, 0;
    let arrival = departure + shape.delayMs + wobble * shape.jitterMs;
    if (late < shape.reorder) {
      counters.reordered++;
      arrival += shape.reorderMs;
    } else {
      arrival = Math.max(arrival, this.#latest);
      this.#latest = arrival;
    }
    arrivals[0] = arrival;
    counters.delivered++;
    counters.deliveredBytes += bytes;
    if (twice >= shape.duplicate) return 1;
    counters.duplicated++;
    arrivals[1] = arrival;
    return 2;
  }

  /** The chance that the next packet is lost, such that `loss` of all are, `lossRun` in a row. */
  #lossNow(): number {
    const { loss, lossRun } = this.shape;
    if (lossRun <= 1 || loss === 1) return loss;
    return this.#losing ? 1 - 1 / lossRun : Math.min(1, loss / (lossRun * (1 - loss)));
  }

  /** Takes a new shape. What is on its way already arrives as it was going to; a shorter way overtakes nothing. */
  reshape(shape: LinkShape): void {
    this.shape = shape;
    if (shape.rateKbit === 0) this.#free = 0;
  }
}

/** Numbers in [0, 1) that depend on `seed` alone: FNV-1a for the seed, then Mulberry32 (public domain, T. Ettinger). */
export function seededRandom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
