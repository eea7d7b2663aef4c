/** Notices that this machine is on another network: what went out from the old address gets no answer any more. */

/** How often to look, ms: a change of address is felt from the first moment. */
export const LOOK = 100;

/** Compares this machine's addresses with those of the last look. */
export class AddressWatch {
  #known: string;

  /** @param addresses those of this machine, as they are now (`networkAddresses`) */
  constructor(private readonly addresses: () => readonly string[]) {
    this.#known = addresses().join();
  }

  /** Whether there are other addresses than at the last call; with none at all there is nothing to try yet. */
  moved(): boolean {
    const addresses = this.addresses().join();
    if (addresses === this.#known || addresses === "") return false;
    this.#known = addresses;
    return true;
  }
}

/** Calls `onmove` at each change, until disposed. */
export function watchAddresses(addresses: () => readonly string[], onmove: () => void): Disposable {
  const watch = new AddressWatch(addresses);
  const timer = setInterval(() => {
    if (watch.moved()) onmove();
  }, LOOK);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
