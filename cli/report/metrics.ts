/** Reports a session's statistics at an interval: as lines in the log, and as events for scripts. */
import type { SessionNumbers } from "../../session/stats.ts";
import { channelLine, linkLine, sessionLine } from "../../session/stats_text.ts";
import type { Log } from "../../transport/log.ts";

export interface MetricsOptions {
  /** In ms; undefined: not requested. */
  readonly metricsInterval: number | undefined;
  readonly webrtcStats: boolean;
  readonly channelStats: boolean;
}

/** One viewer's statistics. */
export interface Reading {
  /** The viewer's peer id, at a host; empty at the viewer itself. */
  readonly of: string;
  readonly numbers: SessionNumbers;
}

/** The interval of `--webrtc-stats` and `--channel-stats` without `--metrics-interval`, in ms: a few screens an hour. */
const INTERVAL = 10_000;

/** Reports statistics at an interval, and once at the end. */
export class Metrics implements Disposable {
  readonly #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param read the present statistics, one reading for each viewer
   * @param emit receives each reading, for events
   */
  constructor(
    private readonly options: MetricsOptions,
    private readonly log: Log,
    private readonly read: () => readonly Reading[],
    private readonly emit: (reading: Reading) => void,
  ) {
    const { metricsInterval, webrtcStats, channelStats } = options;
    if (metricsInterval === undefined && !webrtcStats && !channelStats) return;
    this.#timer = setInterval(() => this.#tell(), metricsInterval ?? INTERVAL);
  }

  /** Reports once more: a session may be shorter than the interval. */
  [Symbol.dispose](): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    const { metricsInterval, webrtcStats, channelStats } = this.options;
    for (const reading of this.read()) {
      const { of, numbers } = reading;
      const say = (kind: string, line: string) =>
        this.log("info", `${kind}${of === "" ? "" : ` of ${of}`}: ${line}`);
      // Each flag has its line; the interval alone requests the session's line.
      if (metricsInterval !== undefined) say("Stats", sessionLine(numbers));
      if (webrtcStats) say("WebRTC stats", linkLine(numbers.link));
      if (channelStats) say("Channel stats", channelLine(numbers.link));
      this.emit(reading);
    }
  }
}
