/** Typing through a fault: numbered lines that a program at the host's end writes down, so that a lost or doubled key shows. */
import assert from "node:assert/strict";
import { poll } from "../support/deadline.ts";
import { SOON } from "./scene.ts";
import type { TerminalDriver } from "../support/terminal_driver.ts";

/** Between two lines, ms: quick typing, slow enough to span a fault. */
const PACE = 40;

/** Started at the prompt: writes what is typed into `path`, line by line, until Ctrl-D. */
function takeDown(path: string): string {
  return `clear; echo begun $((6*7)); cat > ${path}; echo taken $((6*7))\r`;
}

/** What {@link takeDown} shows when it has begun: the shell has let go of the terminal, whose lines end as `cat` reads them. */
const TAKING = /^begun 42$/m;

export class Typing {
  #next = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(private readonly path: string) {}

  /** Begins {@link takeDown} into `path` from the prompt of `opener`, and types numbered lines into `typist` as soon as it shows that. */
  static async begin(path: string, opener: TerminalDriver, typist = opener): Promise<Typing> {
    opener.type(takeDown(path));
    await typist.waitForText(TAKING, SOON);
    const typing = new Typing(path);
    typing.#start(typist);
    return typing;
  }

  #start(term: TerminalDriver): void {
    this.#timer = setInterval(() => term.type(`line ${this.#next++}\r`), PACE);
  }

  /** Waits until `term` shows a typed line with this number or a later one: on a busy machine a screenful may come at once. */
  async shown(term: TerminalDriver, line: number, ms = SOON): Promise<void> {
    const last = () => Number([...term.screenText().matchAll(/line (\d+)$/gm)].at(-1)?.[1] ?? 0);
    await term.waitFor(() => last() >= line, ms, `line ${line} on the screen`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Stops, and waits until each line typed stands in the file once and in order; lines of other hands may stand between. */
  async assertAllTaken(ms: number): Promise<void> {
    this.stop();
    const wanted = Array.from({ length: this.#next - 1 }, (_, index) => `line ${index + 1}\n`).join("");
    assert.ok(this.#next > 20, `only ${this.#next} lines were typed`);
    const got = () => Deno.readTextFileSync(this.path).replace(/^(?!line ).*\n/gm, "");
    await poll(() => got() === wanted, ms, "all that was typed").catch(() => assert.equal(got(), wanted));
  }
}
