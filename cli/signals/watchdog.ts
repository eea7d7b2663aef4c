/**
 * Ensures that a signal ends the process, even while its thread is in a loop and calls no listener: a worker listens too, and if the
 * process still exists after a while, it restores the terminal and kills the process.
 */
import { HEARD, RAW, type Watch } from "./watchdog_messages.ts";

/** The delay after the start, in ms: starting the worker takes 12 ms, and the code or the first screen comes first. */
const BEGIN = 100;

const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

/** Whether our terminal is in raw mode, and does not show its shell. */
export function terminalIsRaw(raw: boolean): void {
  Atomics.store(shared, RAW, raw ? 1 : 0);
}

/** A signal was received here: the orderly end has begun. */
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
