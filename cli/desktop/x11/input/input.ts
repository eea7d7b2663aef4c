/** A viewer's pointer and keys, given to the X server as if they were its own (XTEST), in the order of the calls. */
import type { Connection } from "../connection/connection.ts";
import type { XTest } from "../connection/x11_client.ts";
import type { KeyPress, ScreenLayout } from "../types.ts";
import { Fingers } from "./fingers.ts";
import { TaskQueue } from "./task_queue.ts";
import { Typist } from "./typist.ts";
import { WheelAxis } from "./wheel.ts";

/** X's buttons for those of MouseEvent: left, middle, right, back, forward. */
const BUTTONS = [1, 2, 3, 8, 9] as const;
/** X's buttons of a wheel, for movements that are negative and positive. */
const VERTICAL = [4, 5] as const;
const HORIZONTAL = [6, 7] as const;
/** The longest text of one call, in UTF-16 units: what is longer is pasted. */
const MAX_TEXT = 65_536;
/** How long nothing has to be typed before spare keys are given back, ms. */
const SPARE_KEYS_FOR = 5000;

/** Input to one display. Results of false: nothing was done, since the queue is full or the value can't be used. */
export class Input implements Disposable {
  readonly #queue = new TaskQueue();
  readonly #fingers: Fingers;
  readonly #typist: Typist;
  readonly #vertical = new WheelAxis();
  readonly #horizontal = new WheelAxis();
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Connection,
    xtest: XTest,
    private readonly layout: () => ScreenLayout,
  ) {
    this.#fingers = new Fingers(connection, xtest);
    this.#typist = new Typist(connection, this.#fingers);
  }

  /** Called whenever other keys or buttons are held: their keycodes, and X's numbers of the buttons. */
  set onheld(tell: ((keycodes: readonly number[], buttons: readonly number[]) => void) | null) {
    this.#fingers.onchange = tell;
  }

  /** Moves the pointer to a place on the root window; the nearest that is on the screen. */
  move(x: number, y: number): boolean {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
    return this.#queue.add(() => {
      const { width, height } = this.layout();
      this.#fingers.move(clamp(x, width), clamp(y, height));
    });
  }

  /** Presses or lets go of a button, by its number in MouseEvent: 0 left, 1 middle, 2 right, 3 back, 4 forward. */
  button(button: number, down: boolean): boolean {
    const number = BUTTONS[button];
    if (number === undefined) return false;
    return this.#queue.add(() => this.#fingers.button(number, down));
  }

  /** Turns the wheel, in 1/120 of a step; right and down are positive. What is less than a step is kept for the next call. */
  wheel(dx: number, dy: number): boolean {
    return this.#queue.add(() => {
      this.#click(HORIZONTAL, this.#horizontal.turn(dx));
      this.#click(VERTICAL, this.#vertical.turn(dy));
    });
  }

  /** A key goes down or up. What has no key at all (dead keys, locks, names that X does not know) does nothing. */
  key(press: KeyPress): boolean {
    return this.#queue.add((cancelled) => {
      this.#postpone();
      return this.#typist.key(press, cancelled);
    });
  }

  /** Types `text`, with line breaks and tabs as keys; other control characters are left out. */
  text(text: string): boolean {
    if (text.length > MAX_TEXT) return false;
    return this.#queue.add((cancelled) => {
      this.#postpone();
      return this.#typist.text(text, cancelled);
    }, text.length);
  }

  /** Lets go of all that is held, and forgets what was queued. */
  releaseAll(): void {
    this.#queue.clear();
    this.#fingers.releaseAll();
    this.#typist.forget();
    this.#vertical.reset();
    this.#horizontal.reset();
  }

  /** Settles when the server has done all that was asked for until now. Rejects with the Failure of a lost display. */
  async settled(): Promise<void> {
    await this.#queue.settled();
    await this.connection.settled();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    this.releaseAll();
    this.#typist[Symbol.dispose]();
  }

  #click([negative, positive]: readonly [number, number], steps: number): void {
    const button = steps < 0 ? negative : positive;
    for (let i = 0; i < Math.abs(steps); i++) this.#fingers.click(button);
  }

  #postpone(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#queue.add(() => this.#typist.rest()), SPARE_KEYS_FOR);
    // It must not keep a process alive that has ended otherwise.
    Deno.unrefTimer(this.#idle);
  }
}

function clamp(place: number, size: number): number {
  return Math.max(0, Math.min(size - 1, Math.round(place)));
}
