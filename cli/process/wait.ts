/** Waiting with a limit: every wait of a command has a time limit or the signal that ends the process. */
import { Failure } from "./failure.ts";

/**
 * Waits for `event`, at most `ms` (Infinity: without limit).
 * @param what the start of the message if it does not come, e.g. `Nobody joined`
 * @throws {Failure} if it does not come; the reason of `stop` if that aborts first
 */
export async function within<T>(event: Promise<T>, ms: number, what: string, stop: AbortSignal): Promise<T> {
  stop.throwIfAborted();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const late = () =>
    reject(new Failure({ what: `${what} within ${ms / 1000} s`, hint: "Try again, or give it longer" }));
  const timer = ms === Infinity ? undefined : setTimeout(late, ms);
  const stopped = () => reject(stop.reason);
  stop.addEventListener("abort", stopped);
  try {
    return await Promise.race([event, over]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", stopped);
  }
}

/** Settles when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
