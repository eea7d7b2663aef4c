/** One direction of a memory link that stands still for a while: what may be lost is lost then, the rest comes after it, in order. */
import type { Link } from "../../transport/link.ts";
import type { Clock } from "./world.ts";

export class Gate {
  #until = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param link the end that sends */
  constructor(link: Link, private readonly clock: Clock) {
    const send = link.send.bind(link);
    link.send = (channel, message) => {
      const shut = !this.open;
      if (channel === "term" && link.lossy) return shut || send(channel, message);
      if (!shut && this.#waiting.length === 0) return send(channel, message);
      const copy = message.slice();
      this.#waiting.push(() => send(channel, copy));
      return true;
    };
  }

  get open(): boolean {
    return this.clock.now >= this.#until;
  }

  /** Stands still for `ms` more from now. */
  shut(ms: number): void {
    this.#until = Math.max(this.#until, this.clock.now + ms);
    this.clock.schedule(ms, () => {
      if (this.open) { for (const go of this.#waiting.splice(0)) go(); }
    });
  }
}
