/**
 * The pixels of what is shared, read where they changed and no more often than is wanted. The same picture is given again until it was sharp
 * a few times in a row, so that who sees it sees all of it; then nothing runs until the next change.
 */
import type { Change, Rectangle } from "../x11/types.ts";
import type { Clock } from "../../../session/runtime/clock.ts";

/** How often the last picture is given again once it is sharp: one picture alone may be sharp where little of it was encoded. */
const REFINES = 4;
/** How long it is given again at most while it is not, ms: at the least rate of a viewer (150 kbit/s) text of a whole screen takes so long. */
const REFINE_FOR = 6000;
/** Bytes of a pixel (BGRX). */
const PIXEL = 4;

/** One picture: pixels of the area, and what changed since the picture before. */
export interface ScreenPicture {
  /** BGRX, rows of `area.width * 4` bytes; valid until the promise of {@link ScreenSourceIo.picture} is settled. */
  readonly pixels: Uint8Array;
  readonly area: Rectangle;
  /** Empty where the picture is given again. */
  readonly changed: readonly Rectangle[];
  /** When it was taken, the clock's ms, and how long that took. */
  readonly at: number;
  readonly captureMs: number;
}

export interface ScreenSourceIo {
  /** Waits until something changed. */
  next(signal: AbortSignal): Promise<Change>;
  /** Reads these parts; false if the area changed meanwhile. */
  grab(rectangles: readonly Rectangle[], frame: Uint8Array): Promise<boolean>;
  /** Takes a picture, and says whether the same one would come out sharper; the next one comes once this is settled. */
  picture(picture: ScreenPicture): Promise<boolean>;
  readonly clock: Clock;
}

/** Gives pictures while somebody watches. */
export class ScreenSource {
  /** Pictures a second at most. */
  fps: number;
  #pixels = new Uint8Array();
  #area: Rectangle = { x: 0, y: 0, width: 0, height: 0 };
  #watched = Promise.withResolvers<void>();
  #woken = Promise.withResolvers<void>();
  #isWatched = false;

  constructor(private readonly io: ScreenSourceIo, fps: number) {
    this.fps = fps;
  }

  /** Whether somebody watches; nothing is read while nobody does. */
  watch(watched: boolean): void {
    // Who waits for somebody waits for the promise that is there.
    if (watched) this.#watched.resolve();
    else if (this.#isWatched) this.#watched = Promise.withResolvers();
    this.#isWatched = watched;
  }

  /** Somebody needs a picture although nothing changed. */
  wake(): void {
    this.#woken.resolve();
  }

  /** Runs until `signal`, whose reason it throws, or until the display is lost. */
  async run(signal: AbortSignal): Promise<never> {
    let change = this.io.next(signal);
    let refines = 0;
    /** Until when it is refined at most. */
    let until = 0;
    for (;;) {
      if (!this.#isWatched) {
        await raced(signal, this.#watched.promise);
        refines = REFINES;
      }
      const began = this.io.clock.now();
      const interval = 1000 / this.fps;
      const again = refines > 0 ? this.#after(interval) : undefined;
      const changed = await raced(signal, change, this.#woken.promise, ...again ? [again.promise] : []);
      again?.stop();
      let rough: boolean;
      if (changed !== undefined) {
        refines = REFINES;
        until = this.io.clock.now() + REFINE_FOR;
        rough = await this.#take(changed);
        // Not before: it may be about another area, and what is taken is of this one. What changes meanwhile waits at the server.
        change = this.io.next(signal);
      } else {
        if (refines > 0) refines--;
        else until = this.io.clock.now() + REFINE_FOR;
        this.#woken = Promise.withResolvers();
        rough = await this.#give([], this.io.clock.now(), 0);
      }
      if (rough && this.io.clock.now() < until) refines = REFINES;
      const left = began + interval - this.io.clock.now();
      // What changes meanwhile goes together into the next picture.
      if (left > 0) await raced(signal, this.#after(left).promise);
    }
  }

  async #take({ area, rectangles }: Change): Promise<boolean> {
    const bytes = area.width * area.height * PIXEL;
    if (this.#pixels.length !== bytes) this.#pixels = new Uint8Array(bytes);
    this.#area = area;
    const before = this.io.clock.now();
    if (bytes === 0 || !await this.io.grab(rectangles, this.#pixels)) return false;
    const at = this.io.clock.now();
    return await this.#give(rectangles, at, at - before);
  }

  async #give(changed: readonly Rectangle[], at: number, captureMs: number): Promise<boolean> {
    if (this.#pixels.length === 0) return false;
    return await this.io.picture({ pixels: this.#pixels, area: this.#area, changed, at, captureMs });
  }

  #after(ms: number): { readonly promise: Promise<void>; readonly stop: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { promise, stop: this.io.clock.after(ms, resolve) };
  }
}

/** The first of `promises` that settles; throws the reason of `signal` once that is aborted. */
async function raced<T>(signal: AbortSignal, ...promises: Promise<T | void>[]): Promise<T | undefined> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, ...promises]) ?? undefined;
  } finally {
    signal.removeEventListener("abort", abort);
    promise.catch(() => {});
  }
}
