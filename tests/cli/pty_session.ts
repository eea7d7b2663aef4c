/** A command in a PTY, for tests: its output as it comes, waited for with deadlines. */
import { childEnv } from "../../cli/pty/child_env.ts";
import { Pty } from "../../cli/pty/pty.ts";
import { deadline, until } from "../support/deadline.ts";
import { Listeners } from "../support/listeners.ts";

const env = childEnv(Deno.env.toObject(), "7kq2mx");

/** No pattern spans more; characters. */
const LONGEST = 10_000;

/** A command in a {@link Pty} with all of its output. */
export class PtySession implements AsyncDisposable {
  readonly pty: Pty;
  output = "";
  readonly #pieces: string[] = [];
  readonly #changes = new Listeners();
  constructor(script: string, size = { cols: 80, rows: 24 }) {
    this.pty = Pty.spawn({ argv: ["sh", "-c", script], ...size, env });
  }
  /** Begins to read; `each` sees every piece. */
  read(each: () => void = () => {}): this {
    this.pty.onoutput = (bytes) => {
      const piece = new TextDecoder("latin1").decode(bytes);
      this.output += piece;
      this.#pieces.push(piece);
      this.#changes.notify();
      each();
    };
    return this;
  }
  /** Searches each piece once, with what came just before it: some programs print megabytes. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    let [searched, window] = [0, ""];
    return until(
      () => {
        window += this.#pieces.slice(searched).join("");
        searched = this.#pieces.length;
        const found = pattern.exec(window);
        window = window.slice(-LONGEST);
        return found ?? undefined;
      },
      this.#changes.subscribe,
      5000,
      `${pattern}`,
      () => this.output.slice(-500),
    );
  }
  exit() {
    return deadline(this.pty.exited, 8000, "the command's end", () => this.output.slice(-200));
  }
  type(text: string): Promise<void> {
    return deadline(this.pty.write(new TextEncoder().encode(text)), 5000, "the terminal to take the input");
  }
  async [Symbol.asyncDispose]() {
    await this.pty.close();
  }
}

/** Whether the process runs: one that ended and was not asked about is a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
