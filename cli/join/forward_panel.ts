/** `Ctrl-^ f`: the forwards of this viewer over its screen: listed, added and ended; and what the host's terminal speaks of, to be brought here. */
import type { HistoryRow } from "../../frames/history_frames.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { DEFAULT_BIND, type Forward, localForward } from "../options/service_values.ts";
import { BadValue } from "../options/values.ts";
import { Failure } from "../process/failure.ts";
import type { Forwards } from "./forwards.ts";
import type { Panel } from "./panel.ts";
import { keysOf, LineEntry } from "../terminal/typed_keys.ts";

const ESC = "\x1b";
/** `5173` alone: that port of the host's machine, to the same one here. */
const PORT = /^\d{1,5}$/;
/** How often the numbers of connections and bytes are drawn anew; ms. */
const REFRESH = 250;
const HINT = "+ adds, number ends one, Esc goes back";

interface Entry {
  readonly kind: "add" | "end";
  readonly line: LineEntry;
}

/** The forwards over the screen of one viewer, until it leaves them. */
export class ForwardPanel implements Panel {
  readonly top = 0;
  /** What is typed after `+`, or from a digit on. */
  #entry: Entry | null = null;
  /** What came of the last command. */
  #said: string | null = null;
  /** What was shown when it was looked at last, and when. */
  #seen = { text: "", at: -Infinity };

  /**
   * @param offered ports of the host's machine that are not forwarded; the newest last
   * @param changed something is to be shown anew
   */
  constructor(
    private readonly forwards: Forwards,
    private readonly offered: () => readonly number[],
    private readonly changed: () => void,
  ) {}

  row(number: number): HistoryRow | undefined {
    const text = this.#rows()[number];
    return text === undefined ? undefined : [text, false];
  }

  get words(): string {
    const { kind, line } = this.#entry ?? {};
    if (kind === "add") return `+ ${line!.text}_  (PORT or [BIND:]PORT:HOST:PORT)`;
    if (kind === "end") return `${line!.text}_  (Enter ends it)`;
    return this.#said ?? HINT;
  }

  stale(now: number): boolean {
    if (now - this.#seen.at < REFRESH) return false;
    const text = this.#rows().join("\n");
    const stale = text !== this.#seen.text;
    this.#seen = { text, at: now };
    return stale;
  }

  typed(input: Input): boolean {
    if (input.kind === "paste" && this.#entry === null) return true;
    return keysOf(input).every((key) => this.#key(key));
  }

  #rows(): readonly string[] {
    const { lines } = this.forwards;
    const list = lines.flatMap(({ way, use }, i) => [`${i + 1}`.padStart(4) + `  ${way}`, `      ${use}`]);
    const offers = this.offered().map((port, i, all) =>
      `      localhost:${port} is over there${i === all.length - 1 ? ": Enter brings it here" : ""}`
    );
    return ["", "  Forwards", "", ...list.length > 0 ? list : ["      none"], ...offers];
  }

  #key(key: string): boolean {
    this.#said = null;
    if (this.#entry) {
      this.#enter(this.#entry, key);
      return true;
    }
    if (key === ESC || key === "q") return false;
    if (key === "+") this.#entry = { kind: "add", line: new LineEntry() };
    else if (/^[1-9]$/.test(key)) {
      this.#entry = { kind: "end", line: new LineEntry() };
      this.#entry.line.typed(key);
    } else if (key === "\r") this.#bring();
    return true;
  }

  #enter({ kind, line }: Entry, key: string): void {
    const then = line.typed(key);
    if (then === "typing") return;
    this.#entry = null;
    if (then === "given up" || line.text === "") return;
    if (kind === "add") this.#add(line.text.trim());
    else this.#end(Number(line.text));
  }

  #add(spec: string): void {
    try {
      this.#said = this.forwards.add(localForward(PORT.test(spec) ? `${spec}:localhost:${spec}` : spec));
    } catch (error) {
      if (error instanceof BadValue) this.#said = `Wanted ${error.wanted}`;
      else if (error instanceof Failure) this.#said = error.message;
      else throw error;
    }
  }

  /** The newest port that is over there, to the same one here, or to a free one. */
  #bring(): void {
    const port = this.offered().at(-1);
    if (port === undefined) return;
    const forward: Forward = { bind: DEFAULT_BIND, port, target: { host: "localhost", port } };
    try {
      this.#said = this.forwards.add(forward);
    } catch {
      this.#said = this.forwards.add({ ...forward, port: 0 });
    }
  }

  #end(number: number): void {
    if (!this.forwards.lines[number - 1]) {
      this.#said = `There is no forward ${number}`;
      return;
    }
    void this.forwards.end(number - 1).then(this.changed);
  }
}
