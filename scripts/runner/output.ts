/** Where what a check prints goes: to the screen as it comes, or kept until it is its turn. */

export interface Output {
  /** Bytes of the check's stdout or stderr. */
  write(bytes: Uint8Array, error: boolean): void;
  /** A line of the runner's own. */
  line(text: string): void;
}

/** Shows everything at once. */
export const SCREEN: Output = {
  write: (bytes, error) => {
    const to = error ? Deno.stderr : Deno.stdout;
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  },
  line: (text) => console.log(text),
};

/** Keeps everything until it may be shown. */
export class HeldOutput implements Output {
  #kept: (() => void)[] = [];
  #held = true;

  write(bytes: Uint8Array, error: boolean): void {
    this.#do(() => SCREEN.write(bytes, error));
  }

  line(text: string): void {
    this.#do(() => SCREEN.line(text));
  }

  /** Shows what was kept, and the rest as it comes. */
  release(): void {
    this.#held = false;
    for (const show of this.#kept.splice(0)) show();
  }

  #do(show: () => void): void {
    if (this.#held) this.#kept.push(show);
    else show();
  }
}
