/** The connection now and over time: figures with graphs, and the time of each stage of joining. */
import { worse } from "../../../session/stats.ts";
import { channelLine, linkLine, sessionLine } from "../../../session/stats_text.ts";
import type { SessionStats, Stage } from "../embed/join_types.ts";
import { make, part } from "../dom/elements.ts";
import { Sparkline } from "./sparkline.ts";
import { milliseconds, sentence } from "../dom/format.ts";

const STAGES: Readonly<Record<Stage["name"], string>> = {
  road: "Server reached",
  secret: "Secret accepted",
  link: "Connected to the host",
  welcome: "Let in",
  screen: "Screen shown",
};

const PATHS = {
  direct: "Direct, from this browser to the host",
  turn: "Through a relay server (TURN), encrypted from end to end",
  relay: "Through the server that introduced you, encrypted from end to end",
  memory: "In this page",
} as const;

/** Who could change this page, and so read what is typed in it. */
const madeBy = () =>
  `This page came from ${location.host}. Whoever runs that server could change it; a terminal viewer does not depend on it.`;

const percent = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
const rate = (value: number) =>
  value < 1000
    ? `${Math.round(value)} B/s`
    : value < 1e6
    ? `${(value / 1e3).toFixed(1)} kB/s`
    : `${(value / 1e6).toFixed(1)} MB/s`;

/** The statistics panel of the page. */
export class Panel {
  readonly #panel = part("panel");
  readonly #path = make("p", { className: "quiet small" });
  readonly #rtt = new Sparkline("Delay of a key", 20, milliseconds);
  readonly #loss = new Sparkline("Lost on the way", 0.05, percent);
  readonly #health = new Sparkline("Health", 100, (value) => `${Math.round(value)} of 100`);
  readonly #received = new Sparkline("Received", 1000, rate);
  readonly #sent = new Sparkline("Sent", 1000, rate);
  readonly #frames = new Sparkline("Updates", 10, (value) => `${Math.round(value)}/s`);
  readonly #resyncs = new Sparkline("Screens asked for anew", 2, String);
  readonly #stages = make("ol", { className: "stages" });
  readonly #all = make("p", { className: "quiet small numbers" });
  #renderer = "";
  #stagesShown = "";
  #before: SessionStats | undefined;

  /** @param closed called when its own button closed it */
  constructor(closed: () => void) {
    const figures = [
      this.#health,
      this.#rtt,
      this.#loss,
      this.#received,
      this.#sent,
      this.#frames,
      this.#resyncs,
    ];
    this.#panel.replaceChildren(
      make("header", {}, [
        make("h2", { textContent: "Connection" }),
        make("button", {
          type: "button",
          className: "plain",
          textContent: "×",
          ariaLabel: "Close",
          onclick: () => {
            this.close();
            closed();
          },
        }),
      ]),
      this.#path,
      ...figures.map(({ element }) => element),
      make("h3", { textContent: "How joining went" }),
      this.#stages,
      make("p", { className: "quiet small", textContent: madeBy() }),
      make("details", {}, [make("summary", { textContent: "All numbers" }), this.#all]),
    );
  }

  /** Whether it has no figures yet. */
  get isNew(): boolean {
    return this.#before === undefined;
  }

  get open(): boolean {
    return !this.#panel.hidden;
  }

  /** Shows or hides it. */
  readonly toggle = (): void => this.#show(!this.open);

  /** False if it was not open. */
  close(): boolean {
    const { open } = this;
    if (open) this.#show(false);
    return open;
  }

  #show(open: boolean): void {
    this.#panel.hidden = !open;
    part("status").ariaExpanded = String(open);
    if (this.#before) this.#write(this.#before);
  }

  /** Shows one second's figures. */
  update(stats: SessionStats, renderer: string): void {
    const before = this.#before ?? stats;
    this.#before = stats;
    const { link } = stats;
    const frames = ({ frames, snapshots }: SessionStats) => frames.received + snapshots;
    this.#rtt.add(link?.rtt.smoothed ?? undefined);
    this.#health.add(link?.health ?? undefined);
    this.#loss.add(link ? worse(link.loss) : undefined);
    this.#received.add(link?.throughput.in.now);
    this.#sent.add(link?.throughput.out.now);
    this.#frames.add(frames(stats) - frames(before));
    this.#resyncs.add(stats.resyncs);
    this.#renderer = renderer;
    if (this.open) this.#write(stats);
  }

  #write(stats: SessionStats): void {
    const { link, links, stages } = stats;
    this.#path.textContent = [
      link ? PATHS[link.path] : "Not connected at the moment",
      ...(links > 1 ? [`Connected ${links} times so far`] : []),
      ...(link?.fallback ? ["Much is lost on the way, so large output takes the reliable channel"] : []),
    ].map(sentence).join(" ");
    this.#showStages(stages);
    this.#all.textContent = [
      sessionLine(stats),
      linkLine(link),
      channelLine(link),
      `drawn by ${this.#renderer}`,
    ].join("\n");
  }

  #showStages(stages: readonly Stage[]): void {
    const key = JSON.stringify(stages);
    if (key === this.#stagesShown) return;
    this.#stagesShown = key;
    const whole = stages.at(-1)?.at ?? 1;
    this.#stages.replaceChildren(...stages.map(({ name, at }, i) => {
      const from = stages[i - 1]?.at ?? 0;
      const bar = make("i", { ariaHidden: "true" });
      Object.assign(bar.style, {
        left: `${from / whole * 100}%`,
        width: `${Math.max(1, (at - from) / whole * 100)}%`,
      });
      return make("li", {}, [
        make("span", { textContent: STAGES[name] }),
        make("span", { textContent: milliseconds(at) }),
        bar,
      ]);
    }));
  }
}
