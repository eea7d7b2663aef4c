/** A terminal at the end of a bench, which must not take part in what it measures. */
import nodePty from "@lydell/node-pty";
import { deadline } from "../../support/deadline.ts";

const LONG = 60_000;

/** A terminal that shows nothing and takes all: the fastest that a person could have. */
export class Drain implements AsyncDisposable {
  #tail = "";
  #look = () => {};
  readonly #pty: nodePty.IPty;
  readonly #ended: Promise<void>;

  constructor([file, ...args]: readonly string[]) {
    const env = { ...Deno.env.toObject(), TERM: "xterm-256color" };
    this.#pty = nodePty.spawn(file!, args, { name: env.TERM, cols: 80, rows: 24, env, encoding: null });
    this.#ended = new Promise((resolve) => this.#pty.onExit(() => resolve()));
    this.#pty.onData((data) => {
      this.#tail = (this.#tail + new TextDecoder().decode(data as unknown as Uint8Array)).slice(-4096);
      this.#look();
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    const seen = new Promise<RegExpExecArray>((resolve) => {
      this.#look = () => {
        const found = pattern.exec(this.#tail);
        if (found) resolve(found);
      };
      this.#look();
    });
    return await deadline(seen, LONG, `${pattern}`, () => this.#tail.slice(-300));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill("SIGHUP");
    await deadline(this.#ended, LONG, "the end");
  }
}
