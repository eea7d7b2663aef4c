/** Lets the page handle events (drawing, messages) between the steps of long work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}
