/** Lets the page do what waits: draw, take messages. Between the steps of long work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}
