/** Time in the network bench. */

/** Settles after `ms`; the bench's own pace, never a guess at how long something takes. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
