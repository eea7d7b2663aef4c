/** A command in a PTY, for tests: its output as it comes, waited for with deadlines. */
import { childEnv } from "../../cli/child_env.ts";
import { Pty } from "../../cli/pty.ts";
import { deadline, until } from "../support/deadline.ts";
import { Listeners } from "../support/listeners.ts";

const env = childEnv(Deno.env.toObject(), "7kq2mx");

/** A command in a {@link Pty} with all of its output. */
export class PtySession implements AsyncDisposable {
  readonly pty: Pty;
  output = "";
  readonly #changes = new Listeners();
  constructor(script: string, size = { cols: 80, rows: 24 }) {
    this.pty = Pty.spawn({ argv: ["sh", "-c", script], ...size, env });
  }
  /** Begins to read; `each` sees every piece. */
  read(each: () => void = () => {}): this {
    this.pty.onoutput = (bytes) => {
      this.output += new TextDecoder("latin1").decode(bytes);
      this.#changes.notify();
      each();
    };
    return this;
  }
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return until(
      () => pattern.exec(this.output) ?? undefined,
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
