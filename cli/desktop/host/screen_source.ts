/**
 * The pixels of what is shared, read where they changed and no more often than is wanted. The same picture is given again until it was sharp
 * twice in a row, so that who sees it sees all of it; then once each two seconds until the next change.
 */
import type { Change, Rectangle } from "../x11/types.ts";
import type { Clock } from "../../../session/runtime/clock.ts";

/** How often the last picture is given again once it is sharp: a viewer may lose one, and one alone may be sharp where little of it was encoded. */
const REFINES = 2;
/** How long it is given again at most while it is not, ms: at the least rate of a viewer (150 kbit/s) text of a whole screen takes so long. */
const REFINE_FOR = 6000;
/**
 * When, ms after the one before (`tests/bench/results/desktop.md`, "The same picture again"). The first ones soon: a screen of other words
 * becomes legible by them, and a viewer that lost the end of a change learns of it by what follows. Later ones in the time in which the rate
 * has become enough for each to help.
 */
const REFINE_SOON = 40;
const SOON = 4;
const REFINE_LATER = 100;
/** Browsers ask for a keyframe when no picture came for 3 s, and again and again: 45 KB of a page of words each time. A picture in which nothing changed has some 100 bytes. ms. */
const STILL = 2000;
/** A picture may come so much before its time, as a part of the time between two, if the rate over several is kept: what changes at that very rate would else wait more and more, up to a whole picture. */
const EARLY = 0.5;
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
  #isWoken = false;
  /** How often the last picture was given again since there was something new, and how often in a row it was sharp. */
  #again = 0;
  #sharp = 0;
  /** Until when it is refined at most, the clock's ms. */
  #until = 0;

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
    this.#isWoken = true;
    this.#woken.resolve();
  }

  /** Runs until `signal`, whose reason it throws, or until the display is lost. */
  async run(signal: AbortSignal): Promise<never> {
    let change = this.io.next(signal);
    let due = -Infinity;
    for (;;) {
      if (!this.#isWatched) {
        await raced(signal, this.#watched.promise);
        this.#begin();
      }
      const again = this.#after(this.#pause);
      const changed = await raced(signal, change, this.#woken.promise, again.promise);
      again.stop();
      const began = this.io.clock.now();
      if (changed !== undefined) {
        this.#begin();
        await this.#take(changed);
      } else if (!await this.#repeat()) {
        // It came in its own time: what changes after it is taken at once.
        continue;
      }
      const interval = 1000 / this.fps;
      due = Math.max(due, began) + interval;
      // What changes meanwhile goes together into the next picture.
      const left = due - EARLY * interval - this.io.clock.now();
      if (left > 0) await raced(signal, this.#after(left).promise);
      // Not before: it may be about another area, and what is taken is of this one. What changes meanwhile waits at the server.
      if (changed !== undefined) change = this.io.next(signal);
    }
  }

  /** There is something new to see. */
  #begin(): void {
    this.#again = this.#sharp = 0;
    this.#until = this.io.clock.now() + REFINE_FOR;
  }

  /** How long a screen is still before its picture is given again, ms. */
  get #pause(): number {
    if (this.#sharp >= REFINES || this.io.clock.now() >= this.#until) return STILL;
    return Math.max(1000 / this.fps, this.#again < SOON ? REFINE_SOON : REFINE_LATER);
  }

  /** Gives the last picture again. Whether somebody asked for it. */
  async #repeat(): Promise<boolean> {
    const wanted = this.#isWoken;
    this.#isWoken = false;
    this.#woken = Promise.withResolvers();
    if (wanted) this.#begin();
    this.#again++;
    const rough = await this.#give([], this.io.clock.now(), 0);
    this.#sharp = rough ? 0 : this.#sharp + 1;
    return wanted;
  }

  async #take({ area, rectangles }: Change): Promise<void> {
    const bytes = area.width * area.height * PIXEL;
    if (this.#pixels.length !== bytes) this.#pixels = new Uint8Array(bytes);
    this.#area = area;
    const before = this.io.clock.now();
    if (bytes === 0 || !await this.io.grab(rectangles, this.#pixels)) return;
    const at = this.io.clock.now();
    await this.#give(rectangles, at, at - before);
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
