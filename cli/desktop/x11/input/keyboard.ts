/** The keyboard of an X server: its map, kept up to date, and spare keys that say what no other key says. */
import type { Connection } from "../connection/connection.ts";
import { KeyMap } from "./key_map.ts";

/** How long programs take to learn what a spare key says, ms: one that is pressed sooner says nothing to them. */
const LEARNING = 15;
/** The same for a key that said something else, ms: pressed sooner, it says that (Chromium on a busy machine, after 15 ms). */
const RELEARNING = 100;
/** How long a key keeps what it says after it was pressed, ms: a busy program looks it up that late. */
const KEEPING = 250;
/** The most spare keys that are used; maps have some twenty. */
const MAX_SPARE = 32;
/** `request` of MappingNotify: the keys. */
const KEYBOARD = 1;

/** A spare key that says something; `used`: when it was pressed last, ms. */
interface Lent {
  readonly keycode: number;
  used: number;
}

/** One server's keyboard. */
export class Keyboard implements Disposable {
  readonly #stop: () => void;
  #map: KeyMap | undefined;
  /** What spare keys say, by keysym; the one that was used longest ago first. */
  readonly #lent = new Map<number, Lent>();
  #spare: number[] = [];

  constructor(private readonly connection: Connection) {
    this.#stop = connection.listen((event) => {
      if (event.name !== "MappingNotify" || event.request !== KEYBOARD) return;
      if (event.count !== 1 || !this.#isOurs(event.firstKeyCode as number)) this.#map = undefined;
    });
  }

  /** The map of now. */
  async map(): Promise<KeyMap> {
    while (this.#map === undefined) {
      const { min_keycode: first, max_keycode: last } = this.connection.setup;
      // An event that comes after the answer is about a later map.
      const rows = await this.connection.ask<readonly (readonly number[])[]>((client, done) =>
        client.GetKeyboardMapping(first, last - first + 1, done)
      );
      // What spare keys say belongs to us, and not to the map: it goes away again.
      const theirs = rows.map((row) => [...row]);
      for (const [keysym, { keycode }] of [...this.#lent]) {
        if (theirs[keycode - first]?.[0] === keysym) theirs[keycode - first] = [];
        else this.#lent.delete(keysym);
      }
      this.#map = new KeyMap(first, theirs);
      this.#spare = this.#map.spare.slice(0, MAX_SPARE).filter((keycode) => !this.#isLent(keycode));
    }
    return this.#map;
  }

  /** How many keysyms {@link lend} can be given at once. */
  async room(): Promise<number> {
    await this.map();
    return this.#spare.length + this.#lent.size;
  }

  /**
   * Makes spare keys say `keysyms`, and returns which. Settles when programs had time to learn it. Fewer come back if there is no room
   * for all.
   */
  async lend(keysyms: readonly number[]): Promise<ReadonlyMap<number, number>> {
    await this.map();
    const found = new Map<number, number>();
    let wait = 0;
    for (const keysym of new Set(keysyms)) {
      const before = this.#lent.get(keysym);
      const fresh = before === undefined ? this.#spare.shift() : undefined;
      const keycode = before?.keycode ?? fresh ?? await this.#takeOldest(found);
      if (keycode === undefined) break;
      if (before === undefined) {
        await this.#assign(keycode, keysym);
        wait = Math.max(wait, fresh === undefined ? RELEARNING : LEARNING);
      }
      this.#lent.delete(keysym);
      this.#lent.set(keysym, { keycode, used: performance.now() });
      found.set(keysym, keycode);
    }
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    return found;
  }

  /** Gives the spare keys back: they say nothing again. */
  async giveBack(): Promise<void> {
    const lent = [...this.#lent.values()];
    this.#lent.clear();
    for (const { keycode } of lent) {
      this.#spare.push(keycode);
      await this.#assign(keycode, 0);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    for (const { keycode } of this.#lent.values()) {
      this.connection.tell((client) => client.ChangeKeyboardMapping(keycode, 2, [0, 0], () => true));
    }
    this.#lent.clear();
  }

  #isLent(keycode: number): boolean {
    return [...this.#lent.values()].some((lent) => lent.keycode === keycode);
  }

  /** Whether a change of what this key says is one of our own. */
  #isOurs(keycode: number): boolean {
    return this.#spare.includes(keycode) || this.#isLent(keycode);
  }

  /** The spare key that was pressed longest ago, after its time; undefined if all are in `busy`. */
  async #takeOldest(busy: ReadonlyMap<number, number>): Promise<number | undefined> {
    const oldest = [...this.#lent].find(([keysym]) => !busy.has(keysym));
    if (oldest === undefined) return undefined;
    const [keysym, { keycode, used }] = oldest;
    this.#lent.delete(keysym);
    const left = used + KEEPING - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return keycode;
  }

  async #assign(keycode: number, keysym: number): Promise<void> {
    // Twice: with Shift it says the same.
    await this.connection.ask<unknown>((client, done) =>
      client.ChangeKeyboardMapping(keycode, 2, [keysym, keysym], done)
    );
  }
}
