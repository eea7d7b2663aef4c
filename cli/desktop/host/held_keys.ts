/** What each viewer holds down on the desktop, so that nothing stays down when the viewer falls silent or leaves. */
import type { Input } from "../x11/input/input.ts";
import { MAX_HELD } from "../../../session/services/desktop/limits.ts";
import type { KeyPress } from "../x11/types.ts";

/** The keys and buttons that one viewer holds. */
export class HeldKeys {
  readonly #keys = new Map<string, KeyPress>();
  readonly #buttons = new Set<number>();

  constructor(private readonly input: Pick<Input, "key" | "button">) {}

  /** Whether anything is down. */
  get any(): boolean {
    return this.#keys.size + this.#buttons.size > 0;
  }

  /** Presses a key, or lets go of it; one that was not pressed is not let go, and more than {@link MAX_HELD} are not pressed. */
  key(press: KeyPress): void {
    const name = press.code || press.key;
    if (press.down) {
      if (!this.#keys.has(name) && this.#keys.size >= MAX_HELD) return;
      this.#keys.set(name, press);
      this.input.key(press);
    } else {
      const pressed = this.#keys.get(name);
      this.#keys.delete(name);
      if (pressed) this.input.key({ ...pressed, down: false });
    }
  }

  /** Presses a button, or lets go of it. */
  button(button: number, down: boolean): void {
    if (down === this.#buttons.has(button)) return;
    if (down) this.#buttons.add(button);
    else this.#buttons.delete(button);
    this.input.button(button, down);
  }

  /** Lets go of everything. */
  release(): void {
    for (const press of this.#keys.values()) this.input.key({ ...press, down: false });
    for (const button of this.#buttons) this.input.button(button, false);
    this.#keys.clear();
    this.#buttons.clear();
  }
}
