/** The signals that end the process, as one AbortSignal; a second signal, or an end that takes too long, forces it. */
import { Stopped } from "../process/io.ts";
import { signalHeard, startWatchdog } from "./watchdog.ts";

/** POSIX signal numbers; a shell reports an end by a signal as 128 plus its number. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 2], ["SIGBREAK", 21]]
  : [["SIGHUP", 1], ["SIGINT", 2], ["SIGQUIT", 3], ["SIGTERM", 15]];

/**
 * The time limit of an orderly end, in ms: viewers get 5 s for the last bytes, the command 1 s before it is killed, and native parts close.
 */
const PATIENCE = 8000;

export interface StopListener extends Disposable {
  readonly signal: AbortSignal;
  /** The exit code of the received signal, if there was one. */
  readonly code: () => number | undefined;
}

/** Listens until it is disposed. `force` is called with the exit code if the orderly end does not happen. */
export function listenForStop(force: (code: number) => void): StopListener {
  const controller = new AbortController();
  const stack = new DisposableStack();
  let code: number | undefined;
  for (const [name, number] of SIGNALS) {
    const listener = () => {
      if (code !== undefined) return force(code);
      const status = code = 128 + number;
      signalHeard();
      const timer = setTimeout(() => force(status), PATIENCE);
      stack.defer(() => clearTimeout(timer));
      controller.abort(new Stopped(name));
    };
    Deno.addSignalListener(name, listener);
    stack.defer(() => Deno.removeSignalListener(name, listener));
  }
  if (Deno.build.os !== "windows") {
    stack.use(startWatchdog(SIGNALS.map(([name]) => name), PATIENCE));
  }
  return { signal: controller.signal, code: () => code, [Symbol.dispose]: () => stack.dispose() };
}
