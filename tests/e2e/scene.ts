/** A shared session as people have it: hosts, viewers and roads as real processes in real terminals, and a clean end. */
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/files.ts";
import type { Lab } from "../net/lab.ts";
import { poll } from "../support/deadline.ts";
import { descendants, isAlive, type ProcessRef } from "../support/process_tree.ts";
import { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";
import { TerminalDriver, type TerminalOptions } from "../support/terminal_driver.ts";

/** The program, from source. */
export const BEACH = [Deno.execPath(), "run", "-A", "--quiet", `${ROOT}main.ts`] as const;
/** A shell without a person's own settings. */
export const SHELL = ["bash", "--norc", "--noprofile"] as const;

/** From process start to a code, and from a join to the screen, with two busy cores; ms. */
export const START = 20_000;
/** For what should take a moment; ms. */
export const SOON = 10_000;
/** An orderly end: viewers get 3 s for the last bytes, the command 1 s, native parts close; ms. */
const END = 10_000;

export interface Started extends TerminalOptions {
  /** Which of the lab's hosts it runs on; here, if there is no lab. */
  readonly on?: string;
  readonly args?: readonly string[];
}

export interface HostStarted extends Started {
  readonly command?: readonly string[];
}

export interface SharedHost {
  readonly term: TerminalDriver;
  /** What it printed: a code to type with, and one to watch with. */
  readonly code: string;
  readonly viewCode: string;
}

export class Scene {
  readonly #terminals: TerminalDriver[] = [];
  readonly #processes: Spawned[] = [];
  readonly #seen: ProcessRef[] = [];

  private constructor(readonly dir: TempDir, private readonly lab: Lab | undefined) {}

  /** Plays `act`, then ends all that it started and proves that nothing crashed and nothing is left. */
  static async play(act: (scene: Scene) => Promise<void>, lab?: Lab): Promise<void> {
    await using dir = await TempDir.create();
    const scene = new Scene(dir, lab);
    try {
      await act(scene);
      await scene.#end();
      await dir.assertEmptyTmp();
    } finally {
      for (const part of [...scene.#terminals, ...scene.#processes]) await part[Symbol.asyncDispose]();
    }
  }

  /** `beach host` in a terminal of its own, up to its code. The command is a plain bash unless one is named. */
  async host({ args = [], command = SHELL, ...options }: HostStarted = {}): Promise<SharedHost> {
    const term = this.terminal([...BEACH, "host", ...args, "--", ...command], options);
    const code = await term.waitFor(
      () => /beach join (\S+)(?: --road \S+)?\r*\n/.exec(term.raw)?.[1],
      START,
      "a join code",
    );
    const view = () => /only watch: +.*beach join (\S+)(?: --road \S+)?\r*\n/.exec(term.raw)?.[1];
    return { term, code, viewCode: await term.waitFor(view, SOON, "a view code") };
  }

  /** `beach join` in a terminal of its own. */
  join(code: string, { args = [], ...options }: Started = {}): TerminalDriver {
    return this.terminal([...BEACH, "join", ...args, code], options);
  }

  /** `beach road` on a free port of the loopback, or of a lab's host; settles with its URL. */
  async road({ on, args = [] }: Started = {}, port = 0): Promise<{ road: Spawned; url: string }> {
    const address = on === undefined ? "127.0.0.1" : this.lab!.address(on);
    const argv = [...BEACH, "road", "--listen", `${address}:${port}`, ...args];
    const road = this.run(argv, on);
    const [url] = await road.waitForOutput(/http:\/\/[\d.]+:\d+/, START);
    return { road, url };
  }

  /** Any command in a terminal. */
  terminal(argv: readonly string[], { on, ...options }: Started = {}): TerminalDriver {
    const whole = {
      ...options,
      env: { ...this.dir.env, PS1: "$ ", PS0: undefined, PROMPT_COMMAND: undefined, ...options.env },
    };
    const term = on === undefined ? TerminalDriver.start(argv, whole) : this.lab!.terminal(on, argv, whole);
    this.#terminals.push(term);
    return term;
  }

  /** Any command with pipes. */
  run(argv: readonly string[], on?: string, env: Record<string, string> = {}): Spawned {
    const options = { env: { ...this.dir.env, ...env } };
    const process = on === undefined ? Spawned.start(argv, options) : this.lab!.run(on, argv, options);
    this.#processes.push(process);
    return process;
  }

  /** Ends `part`, which the test started by itself, with the rest. */
  own(part: Spawned): void {
    this.#processes.unshift(part);
  }

  /** Remembers what runs now below the scene's processes: none of it may outlive its party. */
  note(): void {
    for (const { pid } of [...this.#terminals, ...this.#processes]) this.#seen.push(...descendants(pid));
  }

  /** Throws if something that was noted still runs two seconds from now. */
  async assertNoStrays(): Promise<void> {
    const left = () => this.#seen.filter(isAlive);
    await poll(() => left().length === 0, 2000, "the end of strays").catch(() => {
      assert.fail(`still running: ${left().map((ref) => `${ref.name} (${ref.pid})`).join(", ")}`);
    });
  }

  async #end(): Promise<void> {
    this.note();
    // Viewers first, as people leave; the order of ends that matters is tested elsewhere.
    for (const term of [...this.#terminals].reverse()) {
      term.kill("SIGHUP");
      const { signal } = await term.waitForExit(END);
      assert.ok(![4, 6, 7, 8, 11].includes(signal), `${term.argv.join(" ")} crashed with signal ${signal}`);
    }
    for (const process of this.#processes) {
      process.kill("SIGTERM");
      const { signal } = await process.waitForExit(END);
      assert.ok(
        signal === null || !/^SIG(?:ILL|ABRT|BUS|FPE|SEGV)$/.test(signal),
        `${process.argv.join(" ")} crashed with ${signal}`,
      );
    }
    await this.assertNoStrays();
  }
}
