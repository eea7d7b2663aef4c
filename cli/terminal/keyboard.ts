/** Where keys are read: stdin, or the process's terminal if stdin was used for something else. */
import { Failure } from "../process/failure.ts";

export type Keyboard = Pick<Deno.FsFile, "read" | "setRaw" | "isTerminal">;

let keyboard: Keyboard = Deno.stdin;

/** The source of keys: stdin, or the terminal of this process. */
export function keys(): Keyboard {
  return keyboard;
}

/** From now on keys are read from the process's terminal. Throws {@link Failure} if it has none. */
export function takeTerminal(): void {
  try {
    keyboard = Deno.openSync(Deno.build.os === "windows" ? "CONIN$" : "/dev/tty", { read: true });
  } catch (cause) {
    throw new Failure({
      what: "No terminal to type in: stdin is a pipe or a file",
      hint: "Run it in a terminal (over ssh: ssh -t)",
      cause,
    });
  }
}
