/** The connection as it is and was: figures with their course, and how long each stage of joining took. */
import type { SessionStats, Stage } from "./join_types.ts";
import { make, part } from "./page.ts";
import { Sparkline } from "./sparkline.ts";
import { milliseconds } from "./words.ts";

const STAGES: Readonly<Record<Stage["name"], string>> = {
  road: "Road joined",
  secret: "Secret proved",
  link: "Link open",
  welcome: "Host said welcome",
  screen: "First screen",
};

const PATHS = {
  direct: "Direct: peer to peer",
  turn: "Through a TURN server, sealed",
  relay: "Through the road, sealed",
  memory: "In this page",
} as const;

const percent = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
const rate = (value: number) =>
  value < 1000
    ? `${Math.round(value)} B/s`
    : value < 1e6
    ? `${(value / 1e3).toFixed(1)} kB/s`
    : `${(value / 1e6).toFixed(1)} MB/s`;

export class Panel {
  readonly #panel = part("panel");
  readonly #path = make("p", { className: "quiet small" });
  readonly #rtt = new Sparkline("Round trip", 20, milliseconds);
  readonly #loss = new Sparkline("Loss", 0.05, percent);
  readonly #bytes = new Sparkline("Bytes", 1000, rate);
  readonly #frames = new Sparkline("Frames", 10, (value) => `${Math.round(value)}/s`);
  readonly #resyncs = new Sparkline("Resyncs", 2, String);
  readonly #stages = make("ol", { className: "stages" });
  readonly #more = make("p", { className: "quiet small" });
  #before: SessionStats | undefined;

  constructor() {
    const figures = [this.#rtt, this.#loss, this.#bytes, this.#frames, this.#resyncs];
    this.#panel.replaceChildren(
      make("h2", { textContent: "Connection" }),
      this.#path,
      ...figures.map(({ element }) => element),
      make("h3", { textContent: "How it came up" }),
      this.#stages,
      this.#more,
    );
  }

  get open(): boolean {
    return !this.#panel.hidden;
  }

  /** Shows or hides it. */
  readonly toggle = (): void => {
    this.#panel.hidden = !this.#panel.hidden;
    part("status").ariaExpanded = String(!this.#panel.hidden);
  };

  /** Takes one second's figures. */
  take(
    stats: SessionStats,
    guesses: { readonly right: number; readonly wrong: number },
    renderer: string,
  ): void {
    const before = this.#before ?? stats;
    this.#before = stats;
    this.#rtt.add(stats.rttMs ?? 0);
    this.#loss.add(Math.max(stats.lossIn, stats.lossOut));
    this.#bytes.add(stats.received + stats.sent - before.received - before.sent);
    this.#frames.add(stats.frames - before.frames);
    this.#resyncs.add(stats.resyncs);
    if (!this.open) return;
    this.#path.textContent = stats.path ? PATHS[stats.path] : "No link at the moment";
    this.#stages.replaceChildren(...stats.stages.map(({ name, at }) =>
      make("li", {}, [
        make("span", { textContent: STAGES[name] }),
        make("span", { textContent: milliseconds(at) }),
      ])
    ));
    this.#more.textContent = `${stats.links} ${stats.links === 1 ? "link" : "links"} so far, ` +
      `${stats.snapshots} whole screens. Guessed keys: ${guesses.right} right, ${guesses.wrong} wrong. Drawn by ${renderer}.`;
  }
}
