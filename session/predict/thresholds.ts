/** When guesses are shown and underlined: mosh's thresholds on SRTT/2, with hysteresis, and recent slow answers. */

/** Guesses are shown from the higher value on, until below the lower; SRTT/2 in ms. */
const SHOW = { low: 20, high: 30 };
/** The same for underlining. */
const MARK = { low: 50, high: 80 };
/** A guess that waits this long is a glitch, and shows guesses until REPAIRS quick answers in a row; ms. */
const GLITCH = 250;
/** A guess that waits this long also underlines them; ms. */
const LONG_GLITCH = 5000;
const REPAIRS = 10;
/** Quick answers closer together than this count as one; ms. */
const REPAIR_EVERY = 150;

/** The thresholds of one viewer. */
export class Thresholds {
  #slow = false;
  #mark = false;
  #glitch = 0;
  #repairedAt = 0;

  /**
   * @param srtt smoothed round trip in ms
   * @param busy whether guesses are visible: they must not disappear in the middle of a word
   */
  update(srtt: number, busy: boolean): void {
    const half = srtt / 2;
    if (half > SHOW.high) this.#slow = true;
    else if (this.#slow && half <= SHOW.low && !busy) this.#slow = false;
    if (half > MARK.high) this.#mark = true;
    else if (half <= MARK.low) this.#mark = false;
  }

  /** A guess has waited for `age` ms. */
  waiting(age: number): void {
    if (age >= LONG_GLITCH) this.#glitch = REPAIRS * 2;
    else if (age >= GLITCH) this.#glitch = Math.max(this.#glitch, REPAIRS);
  }

  /** A guess came out right after `age` ms. */
  answered(age: number, now: number): void {
    if (this.#glitch === 0 || age >= GLITCH || now - this.#repairedAt < REPAIR_EVERY) return;
    this.#glitch--;
    this.#repairedAt = now;
  }

  /** Whether guesses are shown. */
  get show(): boolean {
    return this.#slow || this.#glitch > 0;
  }

  /** Whether guesses are underlined. */
  get mark(): boolean {
    return this.#mark || this.#glitch > REPAIRS;
  }
}
