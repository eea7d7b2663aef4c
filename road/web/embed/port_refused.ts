/** Whether nothing listens at a port any more, as far as a page can find out. */
import { REFUSAL_PATIENCE } from "../../../transport/peer/host_gone.ts";

/**
 * Whether the machine of `road` refuses connections. A browser tells only that a request failed: a machine that is there fails it within
 * a round trip, one that can't be reached takes longer, and a browser that is off line says so.
 */
export async function isRefused(road: URL): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(REFUSAL_PATIENCE);
    await fetch(new URL("/healthz", road), { mode: "no-cors", cache: "no-store", signal });
    return false;
  } catch (error) {
    return navigator.onLine && error instanceof TypeError;
  }
}
