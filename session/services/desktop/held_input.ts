/** What a person does with keys and pointer, as events and positions for the host; and what is held. */
import { encodeInputEvent, type InputEvent } from "./input_events.ts";
import { MAX_HELD, MAX_SIDE, MAX_TEXT } from "./limits.ts";

/** Where input goes: `DesktopInput` of the viewer's session. */
export interface InputOut {
  /** Events, each exactly once and in order. */
  send(events: Uint8Array): void;
  /** Where the pointer is, and whether a key or a button is held, which is said again while it is. The newest counts. */
  place(x: number, y: number, holds: boolean): void;
}

/** A place on the desktop, in its pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Keys, buttons and the pointer of one viewer. */
export class HeldInput {
  /** The code of each key that is held, and what it typed. */
  readonly #keys = new Map<string, string>();
  readonly #buttons = new Set<number>();
  #at: Place = { x: 0, y: 0 };

  constructor(private readonly out: InputOut) {}

  /** Codes of the keys that are held. */
  get held(): readonly string[] {
    return [...this.#keys.keys()];
  }

  get at(): Place {
    return this.#at;
  }

  /** A key goes down. One that is down already is repeated by the host, and one without a code is let go at once. */
  press(code: string, key: string): void {
    if (code === "") {
      this.#event({ is: "key", down: true, code, key });
      return this.#event({ is: "key", down: false, code, key });
    }
    if (this.#keys.has(code) || this.#keys.size >= MAX_HELD) return;
    this.#keys.set(code, key);
    this.#event({ is: "key", down: true, code, key });
    this.#say();
  }

  /** A key goes up; one that was not held does not. */
  release(code: string): void {
    // By the name that it went down with: Shift may have gone up before it.
    const key = this.#keys.get(code);
    if (key === undefined) return;
    this.#keys.delete(code);
    this.#event({ is: "key", down: false, code, key });
    this.#say();
  }

  /** Keys that are pressed together, one after the other, and let go in turn; as `Ctrl-Alt-Delete`. */
  chord(keys: readonly (readonly [code: string, key: string])[]): void {
    const pressed = keys.filter(([code]) => !this.#keys.has(code));
    for (const [code, key] of pressed) this.press(code, key);
    for (const [code] of pressed.toReversed()) this.release(code);
  }

  button(button: number, down: boolean, at: Place): void {
    if (down === this.#buttons.has(button)) return;
    if (down) this.#buttons.add(button);
    else this.#buttons.delete(button);
    this.#at = bounded(at);
    this.#event({ is: "button", down, button, ...this.#at });
    this.#say();
  }

  /** @param dx 120 a notch, to the right; `dy` down */
  wheel(dx: number, dy: number, at: Place): void {
    this.#at = bounded(at);
    if (dx !== 0 || dy !== 0) this.#event({ is: "wheel", dx, dy, ...this.#at });
  }

  /** The pointer is here. */
  move(at: Place): void {
    const { x, y } = bounded(at);
    if (x === this.#at.x && y === this.#at.y) return;
    this.#at = { x, y };
    this.#say();
  }

  /** Text that arrives as it is, whatever keys there are. */
  text(text: string): void {
    let piece = "";
    for (const character of text) {
      // Four bytes at most for each code point, of one or two UTF-16 units.
      if (4 * piece.length + 4 > MAX_TEXT) {
        this.#event({ is: "text", text: piece });
        piece = "";
      }
      piece += character;
    }
    if (piece !== "") this.#event({ is: "text", text: piece });
  }

  /** Lets go of all keys and buttons: the page lost the keyboard. */
  releaseAll(): void {
    for (const code of this.held) this.release(code);
    for (const button of [...this.#buttons]) this.button(button, false, this.#at);
  }

  #event(event: InputEvent): void {
    this.out.send(encodeInputEvent(event));
  }

  #say(): void {
    this.out.place(this.#at.x, this.#at.y, this.#keys.size + this.#buttons.size > 0);
  }
}

function bounded({ x, y }: Place): Place {
  const inside = (value: number) => Math.min(MAX_SIDE - 1, Math.max(0, Math.round(value)));
  return { x: inside(x), y: inside(y) };
}
