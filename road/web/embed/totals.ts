/** What a page counts of one session beside `session/stats.ts`: bytes and links over all its links, and how the first came up. */
import type { SessionNumbers } from "../../../session/stats.ts";
import type { ChannelStats, Link, LinkStats } from "../../../transport/link.ts";
import type { SessionStats, Stage } from "./join_types.ts";

const sum = (stats: LinkStats, field: keyof ChannelStats) =>
  Object.values(stats.channels).reduce((total, channel) => total + channel[field], 0);

/** Counters of a session over all of its links. */
export class Totals {
  #links = 0;
  #link: Link | undefined;
  readonly #former = { received: 0, sent: 0 };
  readonly #began = performance.now();
  readonly #stages: Stage[] = [];

  linked(link: Link): void {
    if (this.#link) {
      const stats = this.#link.stats();
      this.#former.received += sum(stats, "receivedBytes");
      this.#former.sent += sum(stats, "sentBytes");
    }
    this.#links++;
    this.#link = link;
  }

  /** Notes the first time that a stage was reached; undefined if it was before. */
  stage(name: Stage["name"]): Stage | undefined {
    if (this.#stages.some((stage) => stage.name === name)) return undefined;
    const stage = { name, at: performance.now() - this.#began };
    this.#stages.push(stage);
    return stage;
  }

  with(numbers: SessionNumbers): SessionStats {
    const stats = this.#link?.stats();
    return {
      ...numbers,
      received: this.#former.received + (stats ? sum(stats, "receivedBytes") : 0),
      sent: this.#former.sent + (stats ? sum(stats, "sentBytes") : 0),
      links: this.#links,
      stages: this.#stages,
    };
  }
}
