/** Presses keys so that what a viewer's keys say comes out, whatever the layout here is. */
import type { Connection } from "../connection/connection.ts";
import type { KeyPress } from "../types.ts";
import type { Fingers } from "./fingers.ts";
import { keycodeAt } from "./key_codes.ts";
import { COMMANDS, type KeyMap } from "./key_map.ts";
import { fit, type KeyState, tap } from "./key_plan.ts";
import { Keyboard } from "./keyboard.ts";
import { isCharacter, keysymOf, keysymOfCharacter } from "./keysyms.ts";

/** Where the group (the layout that is on) is in a state of the core protocol (xkbproto). */
const GROUP_SHIFT = 13;
const GROUP_MASK = 3;

/** The typist of one display. */
export class Typist implements Disposable {
  readonly #keyboard: Keyboard;
  /** The keycode that each of the viewer's keys holds, by its `code` (or `key`, where it has none). */
  readonly #held = new Map<string, number>();

  constructor(private readonly connection: Connection, private readonly fingers: Fingers) {
    this.#keyboard = new Keyboard(connection);
  }

  /** A key goes down or up. */
  async key(press: KeyPress, cancelled: () => boolean): Promise<void> {
    const name = press.code || press.key;
    if (!press.down) {
      this.#release(name);
      return;
    }
    const keycode = press.by === "position" ? keycodeAt(press.code) : undefined;
    if (keycode !== undefined) this.#hold(name, keycode);
    else await this.#say(name, press, cancelled);
  }

  /** Types `text`; what no key says goes on spare keys, as many at once as there are. */
  async text(text: string, cancelled: () => boolean): Promise<void> {
    const keysyms = [...text.replaceAll("\r\n", "\n")].map(keysymOfCharacter)
      .filter((keysym) => keysym !== undefined);
    for (let at = 0; at < keysyms.length;) {
      const [map, state, room] = [
        await this.#keyboard.map(),
        await this.#state(),
        await this.#keyboard.room(),
      ];
      const piece = pieceOf(map, state, room, keysyms.slice(at));
      const lent = await this.#keyboard.lend(piece.filter((keysym) => !map.find(keysym, state.group)));
      if (cancelled()) return;
      for (const keysym of piece) {
        const place = map.find(keysym, state.group);
        if (place !== undefined) this.fingers.strokes(tap(place.keycode, fit(map, place, state)));
        else this.#tapLent(lent.get(keysym));
      }
      at += piece.length;
      // The server has typed this piece before the next is prepared: nothing else limits how far ahead we are.
      await this.connection.settled();
      if (cancelled()) return;
    }
  }

  /** Nothing was typed for a while. */
  async rest(): Promise<void> {
    await this.#keyboard.giveBack();
  }

  /** The fingers let go of everything by themselves. */
  forget(): void {
    this.#held.clear();
  }

  [Symbol.dispose](): void {
    this.#keyboard[Symbol.dispose]();
  }

  async #say(name: string, { key, code }: KeyPress, cancelled: () => boolean): Promise<void> {
    const keysym = keysymOf(key, code);
    if (keysym === undefined) return;
    const [map, state] = [await this.#keyboard.map(), await this.#state()];
    if (cancelled()) return;
    const place = map.find(keysym, state.group);
    const here = keycodeAt(code);
    const command = (state.modifiers & COMMANDS) !== 0;
    if (place === undefined) {
      // Ctrl with a letter that is not on this keyboard means the key at its place: Ctrl+С of a Russian one is Ctrl+C.
      if (!isCharacter(key) || command) return here === undefined ? undefined : this.#hold(name, here);
      const lent = (await this.#keyboard.lend([keysym])).get(keysym);
      if (!cancelled()) this.#tapLent(lent);
      return;
    }
    const fitting = isCharacter(key) ? fit(map, place, state) : { before: [], after: [] };
    if (fitting.before.length === 0) this.#hold(name, place.keycode);
    // A tap: while the key is down the modifiers are the viewer's again, and the server's repetitions would say something else.
    else this.fingers.strokes(tap(place.keycode, fitting));
  }

  #tapLent(keycode: number | undefined): void {
    if (keycode !== undefined) this.fingers.strokes([[keycode, true], [keycode, false]]);
  }

  #hold(name: string, keycode: number): void {
    // The same key may say something else by now: with Shift, for example.
    if (this.#held.get(name) !== keycode) this.#release(name);
    this.#held.set(name, keycode);
    this.fingers.key(keycode, true);
  }

  #release(name: string): void {
    const keycode = this.#held.get(name);
    this.#held.delete(name);
    // Two of the viewer's keys may hold the same one here.
    if (keycode !== undefined && ![...this.#held.values()].includes(keycode)) {
      this.fingers.key(keycode, false);
    }
  }

  async #state(): Promise<KeyState> {
    const { keyMask } = await this.connection.ask<{ readonly keyMask: number }>((client, done) =>
      client.QueryPointer(this.connection.root, done)
    );
    return { modifiers: keyMask & 0xff, group: keyMask >> GROUP_SHIFT & GROUP_MASK, held: this.fingers.keys };
  }
}

/** The longest text of one step, in characters: between two steps the server catches up, and a stop is heard. */
const PIECE = 256;

/** The beginning of `keysyms` that spare keys suffice for; at least one. */
function pieceOf(map: KeyMap, state: KeyState, room: number, keysyms: readonly number[]): readonly number[] {
  const foreign = new Set<number>();
  let length = 0;
  for (const keysym of keysyms.slice(0, PIECE)) {
    if (map.find(keysym, state.group) === undefined) foreign.add(keysym);
    if (foreign.size > Math.max(1, room)) break;
    length++;
  }
  return keysyms.slice(0, length);
}
