/**
 * A signal that ends the process ends it always, also while its thread is in a loop, where no listener is called: a worker listens too, and
 * when the process is still there after a while it restores the terminal and kills it.
 */
import { HEARD, RAW, type Watch } from "./watchdog_messages.ts";

/** Begins so long after the start, ms: to start the worker takes 12 ms, which belong to the code or the first screen before. */
const BEGIN = 100;

const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

/** Whether our terminal is in raw mode, and shows what is not its shell's. */
export function terminalIsRaw(raw: boolean): void {
  Atomics.store(shared, RAW, raw ? 1 : 0);
}

/** A signal was heard here: the orderly end is on its way. */
export function signalHeard(): void {
  Atomics.store(shared, HEARD, 1);
}

/** Watches until it is disposed. */
export function startWatchdog(signals: readonly Deno.Signal[], patience: number): Disposable {
  let worker: Worker | undefined;
  const timer = setTimeout(() => {
    worker = new Worker(new URL("./watchdog_worker.ts", import.meta.url), {
      type: "module",
      name: "watchdog",
    });
    worker.postMessage({ shared, signals, patience } satisfies Watch);
  }, BEGIN);
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      worker?.terminate();
    },
  };
}
