/** What is held at the X server by us: keys and buttons, pressed and let go through XTEST. */
import type { Connection } from "../connection/connection.ts";
import type { XTest } from "../connection/x11_client.ts";
import type { Stroke } from "./key_plan.ts";

/** Kinds of events that XTEST makes. */
const KEY = [3, 2] as const;
const BUTTON = [5, 4] as const;
const MOTION = 6;
/** `detail` of a movement to a place, and not by a distance. */
const ABSOLUTE = 0;

/** The fingers on one display. */
export class Fingers {
  onchange: ((keycodes: readonly number[], buttons: readonly number[]) => void) | null = null;
  readonly #keys = new Set<number>();
  readonly #buttons = new Set<number>();

  constructor(private readonly connection: Connection, private readonly xtest: XTest) {}

  /** Keycodes that are down by us. */
  get keys(): ReadonlySet<number> {
    return this.#keys;
  }

  move(x: number, y: number): void {
    this.#fake(MOTION, ABSOLUTE, x, y);
  }

  /** A key that is down already is not pressed again: the server repeats it by itself. */
  key(keycode: number, down: boolean): void {
    if (this.#keys.has(keycode) === down) return;
    if (down) this.#keys.add(keycode);
    else this.#keys.delete(keycode);
    this.#changed();
    this.#fake(KEY[Number(down) as 0 | 1], keycode);
  }

  /** Strokes that end as they began: what is held stays the same. */
  strokes(strokes: readonly Stroke[]): void {
    for (const [keycode, down] of strokes) this.#fake(KEY[Number(down) as 0 | 1], keycode);
  }

  button(button: number, down: boolean): void {
    if (this.#buttons.has(button) === down) return;
    if (down) this.#buttons.add(button);
    else this.#buttons.delete(button);
    this.#changed();
    this.#fake(BUTTON[Number(down) as 0 | 1], button);
  }

  click(button: number): void {
    this.#fake(BUTTON[1], button);
    this.#fake(BUTTON[0], button);
  }

  releaseAll(): void {
    for (const keycode of [...this.#keys]) this.key(keycode, false);
    for (const button of [...this.#buttons]) this.button(button, false);
  }

  #fake(type: number, detail: number, x = 0, y = 0): void {
    this.connection.tell(() => this.xtest.FakeInput(type, detail, 0, this.connection.root, x, y));
  }

  #changed(): void {
    this.onchange?.([...this.#keys], [...this.#buttons]);
  }
}
