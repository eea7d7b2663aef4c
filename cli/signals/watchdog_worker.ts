/** The worker of the watchdog: see `watchdog.ts`. */
import { undoAll } from "./tty_undo.ts";
import { HEARD, RAW, type Watch } from "./watchdog_messages.ts";

/**
 * A thread that has not received a signal after two checks at this interval is in a loop; parsing the largest screen takes half a second;
 * ms.
 */
const LOOK = 1000;
/** Added to the time limit of an orderly end, in ms. */
const MARGIN = 1000;
/** The time limit for restoring the terminal, in ms: a held terminal accepts nothing. */
const RESTORING = 500;
/** The settings that Deno's raw mode switches off. Deno keeps the old settings where only the other thread can read them. */
const COOKED = ["brkint", "icrnl", "ixon", "echo", "icanon", "iexten", "isig"];

/** The part of a worker's global scope that is used; the project is checked without the `webworker` library. */
const scope = globalThis as unknown as { onmessage: ((event: MessageEvent<Watch>) => void) | null };

scope.onmessage = ({ data }) => {
  let came = false;
  for (const signal of data.signals) {
    Deno.addSignalListener(signal, () => {
      if (came) return;
      came = true;
      void watch(data);
    });
  }
};

async function watch({ shared, patience }: Watch): Promise<void> {
  // Two checks: a process that was stopped sees the signal and the end of the first wait at the same moment.
  for (let look = 0; look < 2; look++) await wait(LOOK);
  if (Atomics.load(shared, HEARD) === 1) await wait(patience + MARGIN - 2 * LOOK);
  if (Atomics.load(shared, RAW) === 1) await Promise.race([restore(), wait(RESTORING)]);
  Deno.kill(Deno.pid, "SIGKILL");
}

/** Restores the terminal as far as possible from here. */
async function restore(): Promise<void> {
  try {
    const cooked = new Deno.Command("stty", { args: COOKED, stdin: "inherit", stderr: "null" }).output();
    await Deno.stdout.write(new TextEncoder().encode(undoAll() + "\r\n"));
    await cooked;
  } catch {
    // The window is gone, or there is no stty: ending is more important.
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
