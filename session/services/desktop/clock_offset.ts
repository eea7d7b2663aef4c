/** The host's clock as the viewer can tell it: from pings and their answers. */

/** Samples that count: a minute of pings each second, so that a clock that drifts (100 parts in a million) is off by 6 ms at most. */
const KEPT = 60;

interface Sample {
  readonly rtt: number;
  readonly offset: number;
}

/** How far the host's clock is ahead of ours. The answer that took the shortest says it best: what was late, was late one way. */
export class ClockOffset {
  readonly #samples: Sample[] = [];

  /** A ping that left at `sent` was answered by a host whose clock was `at`, and that came at `now`; ms. */
  add(sent: number, at: number, now: number): void {
    const rtt = now - sent;
    if (!(rtt >= 0)) return;
    this.#samples.push({ rtt, offset: at - (sent + now) / 2 });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** Our time, ms, when the host's clock was `at`; undefined before the first answer. */
  ours(at: number): number | undefined {
    const best = this.#best();
    return best && at - best.offset;
  }

  /** The shortest round trip of late, ms. */
  get rtt(): number | undefined {
    return this.#best()?.rtt;
  }

  #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, sample) => best && best.rtt <= sample.rtt ? best : sample,
      undefined,
    );
  }
}

/** Times of RTP's clock (90 kHz, mod 2^32) as the host's ms, by its newest `clock`. */
export class RtpClock {
  #known: { readonly rtp: number; readonly at: number } | undefined;

  set(known: { readonly rtp: number; readonly at: number }): void {
    this.#known = known;
  }

  /** The host's time, ms, of the timestamp `rtp`; undefined before the first `clock`. */
  at(rtp: number): number | undefined {
    if (!this.#known) return undefined;
    // Signed: the timestamp may be of before the clock was told, and either may be past 2^32.
    return this.#known.at + ((rtp - this.#known.rtp) | 0) / 90;
  }
}
