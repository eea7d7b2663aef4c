/**
 * Items in order of a due time, equal times in order of arrival: a binary heap in typed arrays, so that a busy
 * router makes no garbage.
 */
export class DueQueue {
  size = 0;
  #due: Float64Array;
  #order: Float64Array;
  #item: Int32Array;
  #count = 0;

  constructor(readonly capacity: number) {
    this.#due = new Float64Array(capacity);
    this.#order = new Float64Array(capacity);
    this.#item = new Int32Array(capacity);
  }

  /** The earliest due time, or Infinity. */
  get due(): number {
    return this.size === 0 ? Infinity : this.#due[0]!;
  }

  /** Adds an item; throws RangeError when full. */
  push(due: number, item: number): void {
    if (this.size === this.capacity) {
      throw new RangeError(`the queue holds ${this.capacity} items and is full`);
    }
    const order = this.#count++;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(due, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, due, order, item);
  }

  /** Takes out the earliest item, or -1 if there is none. */
  pop(): number {
    if (this.size === 0) return -1;
    const first = this.#item[0]!;
    const last = --this.size;
    const [due, order, item] = [this.#due[last]!, this.#order[last]!, this.#item[last]!];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(this.#due[child + 1]!, this.#order[child + 1]!, child)) child++;
      if (this.#before(due, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    if (last > 0) this.#set(at, due, order, item);
    return first;
  }

  #before(due: number, order: number, other: number): boolean {
    const otherDue = this.#due[other]!;
    return due < otherDue || (due === otherDue && order < this.#order[other]!);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#due[from]!, this.#order[from]!, this.#item[from]!);
  }

  #set(at: number, due: number, order: number, item: number): void {
    this.#due[at] = due;
    this.#order[at] = order;
    this.#item[at] = item;
  }
}
