/** A wheel's movement as the button presses that X knows. Pure. */

/** One step of a wheel; touchpads and fine wheels send parts of it. */
const STEP = 120;
/** The most steps of one call: a person's swing has some 30. */
const MAX_STEPS = 100;

/** One axis of a wheel, with what is left below a step. */
export class WheelAxis {
  #left = 0;

  /** How many steps `amount` (in 1/120 of a step) makes together with what was left; its sign is the direction. */
  turn(amount: number): number {
    if (!Number.isFinite(amount)) return 0;
    // The other way round begins anew: a rest of the old way would swallow the first movement.
    if (amount * this.#left < 0) this.#left = 0;
    const whole = this.#left + amount;
    const steps = Math.trunc(whole / STEP);
    this.#left = whole - steps * STEP;
    return Math.max(-MAX_STEPS, Math.min(MAX_STEPS, steps));
  }

  /** Forgets what is left. */
  reset(): void {
    this.#left = 0;
  }
}
