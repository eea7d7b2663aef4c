/** One file on its way, as a row of the list: how far it is, how it ended, and the button to stop or go on. */
import { sizeText } from "../../../session/services/size_text.ts";
import { SAID, shownText } from "../../../session/vt/shown_text.ts";
import type { BeachSession, TransferOptions } from "../embed/beach.ts";
import { make } from "../dom/elements.ts";

/** How often the row is written anew; ms. */
const REWRITE = 100;

type Phase = "waiting" | "going" | "stopped" | "done";

/** A row of the list, and what it stands for: waits for its turn, runs, is stopped and goes on. */
export class Transfer {
  readonly row: HTMLLIElement;
  readonly #state = make("span", { className: "quiet small", textContent: "Waiting" });
  readonly #bar = make("progress", { max: 1, value: 0 });
  readonly #button = make("button", { type: "button", className: "plain" });
  #stop: AbortController | undefined;
  #phase: Phase = "waiting";

  /**
   * @param work sends or gets it; a second time it goes on where the first was
   * @param again puts it into the queue
   * @param note what to know while it is stopped
   */
  constructor(
    name: string,
    private readonly where: string,
    private readonly work: (session: BeachSession, options: TransferOptions) => Promise<void>,
    again: (transfer: Transfer) => void,
    private readonly note = "",
  ) {
    const shown = shownText(name, SAID);
    this.#bar.ariaLabel = `Progress of ${shown}`;
    this.row = make("li", {}, [
      make("b", { textContent: shown, title: shown }),
      this.#button,
      this.#bar,
      this.#state,
    ]);
    this.#button.onclick = () => {
      if (this.#phase !== "stopped") return this.#halt();
      this.#shift("waiting", "Waiting");
      again(this);
    };
    this.#shift("waiting", "Waiting");
  }

  /** Settles when it is over, for now at least; at once if it does not wait. */
  async run(session: BeachSession | undefined): Promise<void> {
    if (this.#phase !== "waiting") return;
    if (!session) return this.#halt("There is no session");
    this.#shift("going", "Waiting for the host");
    this.#stop = new AbortController();
    let written = -Infinity;
    const onprogress = ({ done, total }: { done: number; total: number }) => {
      const now = performance.now();
      if (now - written < REWRITE && done < total) return;
      written = now;
      this.#bar.value = total === 0 ? 1 : done / total;
      this.#state.textContent = `${sizeText(done)} of ${sizeText(total)} ${this.where}`;
    };
    try {
      await this.work(session, { signal: this.#stop.signal, onprogress });
      this.#bar.value = 1;
      this.#shift("done", `Done: ${this.#state.textContent}`);
      this.#button.remove();
    } catch (error) {
      this.#halt(this.#stop.signal.aborted ? "Stopped" : shownText((error as Error).message, SAID));
    }
  }

  #halt(why = "Stopped"): void {
    this.#stop?.abort();
    this.#shift("stopped", [why, this.note].filter((words) => words !== "").join(". "));
  }

  #shift(phase: Phase, words: string): void {
    this.#phase = phase;
    this.row.dataset.state = phase;
    this.#button.textContent = phase === "stopped" ? "Go on" : "Stop";
    this.#state.textContent = words;
  }
}
