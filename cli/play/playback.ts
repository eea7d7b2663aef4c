/** Where a recording is being played, how fast, and what keys change about that. Pure: time is an argument, in ms. */
import { LineEntry } from "../terminal/typed_keys.ts";
import { FoundText } from "./found_text.ts";
import type { CastEvent } from "./recording.ts";

/** How far arrows and pages go, ms: as in other players. */
const NEAR = 5000;
const FAR = 60_000;
/** The fastest and the slowest. */
export const [SLOWEST, FASTEST] = [1 / 16, 64];

/** What a key is for. */
type Act =
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "mark" | "again"; readonly by: 1 | -1 }
  | { readonly kind: "faster"; readonly times: number }
  | { readonly kind: "pause" | "begin" | "end" | "search" | "help" | "quit" };

const move = (by: number): Act => ({ kind: "move", by });
const QUIT: Act = { kind: "quit" };
/** Keys, as terminals send them. */
const KEYS: Readonly<Record<string, Act>> = {
  " ": { kind: "pause" },
  ".": { kind: "step", by: 1 },
  ",": { kind: "step", by: -1 },
  "\x1b[C": move(NEAR),
  "\x1bOC": move(NEAR),
  l: move(NEAR),
  "\x1b[D": move(-NEAR),
  "\x1bOD": move(-NEAR),
  h: move(-NEAR),
  "\x1b[6~": move(FAR),
  "\x1b[5~": move(-FAR),
  "\x1b[H": { kind: "begin" },
  "\x1bOH": { kind: "begin" },
  "\x1b[1~": { kind: "begin" },
  g: { kind: "begin" },
  "\x1b[F": { kind: "end" },
  "\x1bOF": { kind: "end" },
  "\x1b[4~": { kind: "end" },
  G: { kind: "end" },
  "+": { kind: "faster", times: 2 },
  "=": { kind: "faster", times: 2 },
  "-": { kind: "faster", times: 0.5 },
  "]": { kind: "mark", by: 1 },
  "[": { kind: "mark", by: -1 },
  "/": { kind: "search" },
  n: { kind: "again", by: 1 },
  N: { kind: "again", by: -1 },
  "?": { kind: "help" },
  q: QUIT,
  Q: QUIT,
  "\x03": QUIT,
};

/** What {@link KEYS} do, for people. */
export const HELP = [
  "Space    stop, go on",
  ".  ,     one step on, back",
  "<- ->    5 s back, on",
  "PgUp PgDn  1 min back, on",
  "g  G     begin, end",
  "+  -     faster, slower",
  "[  ]     mark before, after",
  "/        search; n N next, before",
  "q        leave",
  "",
  "Any key goes back to the recording.",
].join("\n");

/** The state of one player. */
export class Playback {
  /** Events that are shown. */
  #count = 0;
  #time = 0;
  /** When `#time` was true. */
  #asOf: number;
  #playing = true;
  #asked: LineEntry | null = null;
  #wanted = "";
  #said = "";
  #found: FoundText | undefined;
  /** Whether its person wants to leave. */
  over = false;
  /** Whether the keys are explained. */
  help = false;

  constructor(private readonly events: readonly CastEvent[], private speed: number, now: number) {
    this.#asOf = now;
  }

  /** How many events are to be shown at `now`. */
  count(now: number): number {
    this.#pass(now);
    return this.#count;
  }

  /** When the next event comes, or the clock in {@link words} moves, in ms from `now`; Infinity while it stands. */
  wait(now: number): number {
    this.#pass(now);
    if (!this.#playing) return Infinity;
    const next = Math.min(
      this.events[this.#count]?.at ?? Infinity,
      (Math.floor(this.#time / 1000) + 1) * 1000,
    );
    return Math.max(0, (next - this.#time) / this.speed);
  }

  /** Takes one key. */
  key(key: string, now: number): void {
    this.#pass(now);
    if (this.#asked) return this.#ask(this.#asked, key);
    this.#said = "";
    const act = KEYS[key];
    if (this.help && act?.kind !== "quit") return void (this.help = false);
    if (act) this.#do(act);
  }

  /** The status line: at most 39 characters, but for what is searched. */
  words(now: number): string {
    this.#pass(now);
    if (this.#asked) return `/${this.#asked.text}`;
    const where = `${clock(this.#time)}/${clock(this.#end)}`;
    const how = this.#playing ? "play" : this.#count === this.events.length ? "end" : "stop";
    const fast = this.speed === 1 ? "" : ` ${Number(this.speed.toFixed(2))}x`;
    return `${where} ${how}${fast}  ${this.#said || "? keys, q leaves"}`;
  }

  get #end(): number {
    return this.events.at(-1)?.at ?? 0;
  }

  #pass(now: number): void {
    if (this.#playing) {
      this.#time = Math.min(this.#end, this.#time + (now - this.#asOf) * this.speed);
      while (this.#count < this.events.length && this.events[this.#count]!.at <= this.#time) this.#count++;
      if (this.#count === this.events.length) this.#playing = false;
    }
    this.#asOf = now;
  }

  #do(act: Act): void {
    switch (act.kind) {
      case "quit":
        return void (this.over = true);
      case "help":
        return void (this.help = true);
      case "pause":
        if (this.#count === this.events.length) this.#to(0);
        return void (this.#playing = !this.#playing);
      case "begin":
        return this.#to(0);
      case "end":
        return this.#to(Infinity);
      case "move":
        return this.#to(this.#time + act.by);
      case "faster":
        return void (this.speed = Math.max(SLOWEST, Math.min(FASTEST, this.speed * act.times)));
      case "step":
        return this.#step(act.by);
      case "mark":
        return this.#mark(act.by);
      case "search":
        return void (this.#asked = new LineEntry());
      case "again":
        return this.#search(act.by);
    }
  }

  #to(time: number): void {
    this.#time = Math.max(0, Math.min(this.#end, time));
    const later = this.events.findIndex(({ at }) => at > this.#time);
    this.#count = later < 0 ? this.events.length : later;
    // The begin is before the first event, whenever that is.
    if (this.#time === 0) this.#count = 0;
    if (later < 0) this.#playing = false;
  }

  /** Shows the first `count` events, and stops. */
  #stopAt(count: number): void {
    this.#playing = false;
    this.#count = count;
    this.#time = this.events[count - 1]?.at ?? 0;
  }

  #step(by: 1 | -1): void {
    this.#stopAt(Math.max(0, Math.min(this.events.length, this.#count + by)));
  }

  #mark(by: 1 | -1): void {
    const isMark = ({ kind }: CastEvent) => kind === "mark";
    const found = by > 0
      ? this.events.findIndex((event, i) => i >= this.#count && isMark(event))
      : this.events.findLastIndex((event, i) => i < this.#count - 1 && isMark(event));
    const mark = this.events[found];
    if (mark?.kind !== "mark") return void (this.#said = "no mark there");
    this.#stopAt(found + 1);
    this.#said = mark.text;
  }

  #ask(asked: LineEntry, key: string): void {
    const then = key === "\x03" ? "given up" : asked.typed(key);
    if (then === "typing") return;
    this.#asked = null;
    if (then !== "entered") return;
    this.#wanted = asked.text || this.#wanted;
    this.#search(1);
  }

  #search(by: 1 | -1): void {
    if (this.#wanted === "") return;
    this.#found ??= new FoundText(this.events);
    const found = this.#found.find(this.#wanted, this.#count - 1, by);
    if (found === null) return void (this.#said = `no "${this.#wanted}" ${by > 0 ? "after" : "before"} this`);
    this.#stopAt(found + 1);
    this.#said = `found "${this.#wanted}"`;
  }
}

/** `1:23`, `1:02:03`. */
function clock(ms: number): string {
  const s = Math.floor(ms / 1000);
  const two = (n: number) => `${n}`.padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
