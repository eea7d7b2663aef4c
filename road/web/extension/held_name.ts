/** A name that a document holds as long as it lives: how another learns that it is gone (https://w3c.github.io/web-locks/). */

/** Holds `name`, which nobody else holds, from when this settles until the function that it gives is called, or this document is gone. */
export function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(name, held).catch(reject);
  });
}

/** Calls `gone` once nobody holds `name`, unless what it returns is called before. */
export function whenFree(name: string, gone: () => void): () => void {
  const stop = new AbortController();
  // It is aborted, or this document is about to be gone itself.
  navigator.locks.request(name, { signal: stop.signal }, gone).catch(() => {});
  return () => stop.abort();
}
