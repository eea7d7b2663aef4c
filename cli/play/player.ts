/** A recording on a screen, at any of its events: on by showing what comes, back from a state that was kept. */
import type { Screen, ScreenSnapshot } from "../../session/screen/screen.ts";
import type { CastEvent } from "./recording.ts";

/** Characters that are shown at once: some 30 ms of work, between which keys are read. */
const SLICE = 512 * 1024;
/** Characters between two states that are kept, and the most of those: then every second is dropped. */
const APART = 1024 * 1024;
const MOST_KEPT = 32;

interface Kept {
  /** Events that are shown. */
  readonly at: number;
  readonly screen: ScreenSnapshot;
}

/** Shows a recording's events up to any of them. */
export class Player {
  #at = 0;
  #goal = 0;
  /** Characters of the event at `#at` that are shown: it may be a long one. */
  #within = 0;
  #kept: Kept[];
  #apart = APART;
  #since = 0;
  readonly #encoder = new TextEncoder();

  /** @param screen blank, and of the recording's size */
  constructor(private readonly events: readonly CastEvent[], private readonly screen: Screen) {
    this.#kept = [{ at: 0, screen: screen.snapshot() }];
  }

  /** How many events are to be shown. */
  get goal(): number {
    return this.#goal;
  }

  /** Wants the first `count` events to be shown: {@link work} until it says so. */
  show(count: number): void {
    this.#goal = Math.max(0, Math.min(this.events.length, count));
    if (this.#goal > this.#at || this.#goal === this.#at && this.#within === 0) return this.#skip();
    this.#load(this.#before());
  }

  /** Does a part of what is to be done; true when nothing is left. */
  work(): boolean {
    for (let room = SLICE; this.#at < this.#goal;) {
      if (room <= 0) return false;
      const event = this.events[this.#at]!;
      room -= this.#apply(event, room);
      if (event.kind === "output" && this.#within < event.text.length) return false;
      this.#within = 0;
      this.#at++;
      if (this.#since >= this.#apart) this.#keep();
    }
    return true;
  }

  /** Applies a part of `event`; returns how much work that was, in characters. */
  #apply(event: CastEvent, room: number): number {
    if (event.kind === "size") {
      this.screen.resize(event.size.cols, event.size.rows);
      return 1024;
    }
    if (event.kind === "mark") return 1;
    const part = event.text.slice(this.#within, this.#within + Math.max(2, room));
    this.screen.write(this.#encoder.encode(whole(part)));
    this.#within += whole(part).length;
    this.#since += part.length;
    return part.length + 1;
  }

  /** The newest state that is kept from before the goal. */
  #before(): Kept {
    return this.#kept.findLast(({ at }) => at <= this.#goal)!;
  }

  /** Far ahead a state may be kept from an earlier pass. */
  #skip(): void {
    const kept = this.#before();
    if (kept.at > this.#at) this.#load(kept);
  }

  #load({ at, screen }: Kept): void {
    this.screen.load(screen);
    this.#at = at;
    this.#within = this.#since = 0;
  }

  #keep(): void {
    this.#since = 0;
    if (this.#kept.at(-1)!.at >= this.#at) return;
    this.#kept.push({ at: this.#at, screen: this.screen.snapshot() });
    if (this.#kept.length <= MOST_KEPT) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#apart *= 2;
  }
}

/** Without half of a character at its end, unless that is all there is. */
function whole(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return text.length > 1 && last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
}
