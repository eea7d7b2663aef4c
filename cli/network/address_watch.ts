/** Notices that this machine has moved to another network: packets from the old address are not answered any more. */

/** The interval of checks, in ms: a change of address is noticeable from the first moment. */
export const LOOK = 100;

/** Compares this machine's addresses with those of the last look. */
export class AddressWatch {
  #known: string;

  /** @param addresses returns this machine's present addresses (`networkAddresses`) */
  constructor(private readonly addresses: () => readonly string[]) {
    this.#known = addresses().join();
  }

  /** Whether the addresses differ from those at the last call; without any address nothing can be tried yet. */
  moved(): boolean {
    const addresses = this.addresses().join();
    if (addresses === this.#known || addresses === "") return false;
    this.#known = addresses;
    return true;
  }
}

/** Calls `onmove` at each change, until it is disposed. */
export function watchAddresses(addresses: () => readonly string[], onmove: () => void): Disposable {
  const watch = new AddressWatch(addresses);
  const timer = setInterval(() => {
    if (watch.moved()) onmove();
  }, LOOK);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
