/** A wheel's events as steps of the desktop's wheel: 120 a notch, and what is no whole step waits for the next event. */

/** Pixels of a notch, where a browser tells only those. */
const NOTCH_PIXELS = 100;
/** Lines of a notch, as systems have it at first. */
const NOTCH_LINES = 3;
const NOTCH = 120;
/** What fits in an event. */
const MOST = 32_767;

/** The fields of a wheel event that say how far it went. */
export interface WheelLike {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0: pixels, 1: lines, 2: pages */
  readonly deltaMode: number;
  /** As browsers have it beside the standard: 120 a notch, upwards and to the left. */
  readonly wheelDeltaX?: number;
  readonly wheelDeltaY?: number;
}

/** Steps of one wheel, with what is left of each direction. */
export class WheelSteps {
  #x = 0;
  #y = 0;

  /** Whole steps, to the right and down. */
  add(event: WheelLike): { readonly dx: number; readonly dy: number } {
    this.#x += steps(event.deltaX, event.deltaMode, event.wheelDeltaX);
    this.#y += steps(event.deltaY, event.deltaMode, event.wheelDeltaY);
    const [dx, dy] = [whole(this.#x), whole(this.#y)];
    this.#x -= dx;
    this.#y -= dy;
    return { dx, dy };
  }
}

function steps(delta: number, mode: number, told: number | undefined): number {
  if (told !== undefined && told !== 0 && mode === 0) return -told;
  if (mode === 1) return delta / NOTCH_LINES * NOTCH;
  if (mode === 2) return delta * NOTCH;
  return delta / NOTCH_PIXELS * NOTCH;
}

function whole(value: number): number {
  // Without a negative 0.
  return Math.max(-MOST, Math.min(MOST, Math.trunc(value))) + 0;
}
