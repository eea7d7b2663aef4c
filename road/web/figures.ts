/** The figures of one session, over all its links. */
import type { ViewerSession } from "../../session/viewer_session.ts";
import type { ChannelStats, Link, LinkStats } from "../../transport/link.ts";
import type { SessionStats, Stage } from "./join_types.ts";

const sum = (stats: LinkStats, field: keyof ChannelStats) =>
  Object.values(stats.channels).reduce((total, channel) => total + channel[field], 0);

export class Figures {
  frames = 0;
  snapshots = 0;
  resyncs = 0;
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

  read(core: ViewerSession, now: number): SessionStats {
    const path = core.conversation?.path;
    const stats = this.#link?.stats();
    return {
      path: core.conversation?.link.path ?? null,
      rttMs: path?.rtt.srtt,
      lossIn: path?.lossIn ?? 0,
      lossOut: path?.lossOut ?? 0,
      received: this.#former.received + (stats ? sum(stats, "receivedBytes") : 0),
      sent: this.#former.sent + (stats ? sum(stats, "sentBytes") : 0),
      frames: this.frames,
      snapshots: this.snapshots,
      resyncs: this.resyncs,
      links: this.#links,
      silentMs: core.silentFor(now),
      stages: this.#stages,
    };
  }
}
