/** The part of the watchdog that runs beside the process's thread: see `watchdog.ts`. */
import { undoAll } from "./tty_undo.ts";
import { HEARD, RAW, type Watch } from "./watchdog_messages.ts";

/** A thread that has not heard a signal after two looks this far apart is in a loop: parsing the largest screen takes half a second; ms. */
const LOOK = 1000;
/** Beyond the time for an orderly end, ms. */
const MARGIN = 1000;
/** A terminal that is held takes nothing: the end does not wait for it; ms. */
const RESTORING = 500;
/** What Deno's raw mode switches off. It keeps the settings from before where only the other thread can read them. */
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
  // Two looks: a process that was stopped hears the signal and the end of the first wait in one moment.
  for (let look = 0; look < 2; look++) await wait(LOOK);
  if (Atomics.load(shared, HEARD) === 1) await wait(patience + MARGIN - 2 * LOOK);
  if (Atomics.load(shared, RAW) === 1) await Promise.race([restore(), wait(RESTORING)]);
  Deno.kill(Deno.pid, "SIGKILL");
}

/** As far as it can be done from here. */
async function restore(): Promise<void> {
  try {
    const cooked = new Deno.Command("stty", { args: COOKED, stdin: "inherit", stderr: "null" }).output();
    await Deno.stdout.write(new TextEncoder().encode(undoAll() + "\r\n"));
    await cooked;
  } catch {
    // The window is gone, or there is no stty: the end is what matters.
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
