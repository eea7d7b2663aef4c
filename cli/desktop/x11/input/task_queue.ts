/** Things to do one after the other; those that need no waiting are done within the call. */

/** The most that wait, in number: an input queue that is longer is no use to a person. */
const MAX_WAITING = 4096;
/** The most text that waits in it, in UTF-16 units: two of the longest that are typed at once. */
const MAX_TEXT = 131_072;

/** A step; `cancelled` tells, after each wait of its own, whether it must stop. One that fails is dropped, and the next begins. */
export type Task = (cancelled: () => boolean) => void | Promise<void>;

/** The queue. */
export class TaskQueue {
  readonly #waiting: { readonly task: Task; readonly text: number }[] = [];
  #text = 0;
  #running: Promise<void> | undefined;
  #generation = 0;

  /** Adds a step, which holds so much text; false if too much waits. */
  add(task: Task, text = 0): boolean {
    if (this.#running === undefined) {
      this.#running = this.#run(task);
      return true;
    }
    if (this.#waiting.length >= MAX_WAITING || this.#text + text > MAX_TEXT) return false;
    this.#waiting.push({ task, text });
    this.#text += text;
    return true;
  }

  /** Drops all that wait, and tells the running one to stop. */
  clear(): void {
    this.#waiting.length = 0;
    this.#text = 0;
    this.#generation++;
  }

  /** Settles when all that was added is done; never rejects. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Runs `first` and all that follow; undefined if no waiting was needed. */
  #run(first: Task): Promise<void> | undefined {
    for (let task: Task | undefined = first; task !== undefined; task = this.#next()) {
      const done = this.#start(task);
      if (done === undefined) continue;
      const rest = done.catch(() => {}).then(() => {
        const next = this.#next();
        this.#running = next === undefined ? undefined : this.#run(next);
      });
      return rest;
    }
    return undefined;
  }

  #next(): Task | undefined {
    const next = this.#waiting.shift();
    this.#text -= next?.text ?? 0;
    return next?.task;
  }

  #start(task: Task): Promise<void> | undefined {
    const generation = this.#generation;
    try {
      return task(() => generation !== this.#generation) ?? undefined;
    } catch {
      // A lost display: it is told by the connection.
      return undefined;
    }
  }
}
