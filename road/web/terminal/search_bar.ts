/** Search in the screen and its scrollback. */
import { SearchAddon } from "@xterm/addon-search";
import type { Terminal } from "@xterm/xterm";
import { part } from "../dom/elements.ts";

const DECORATIONS = {
  matchBackground: "#5a4a1c",
  matchBorder: "#8a7430",
  matchOverviewRuler: "#8a7430",
  activeMatchBackground: "#b5761c",
  activeMatchColorOverviewRuler: "#f0c48a",
};

/** The search field over the terminal. */
export class SearchBar {
  readonly #bar = part("search");
  readonly #text = part<HTMLInputElement>("search-text");
  readonly #addon = new SearchAddon({ highlightLimit: 500 });

  constructor(private readonly terminal: Terminal) {
    terminal.loadAddon(this.#addon);
    this.#addon.onDidChangeResults(({ resultIndex, resultCount }) => {
      const at = resultIndex >= 0 ? `${resultIndex + 1} of ${resultCount}` : `${resultCount}`;
      part("search-count").textContent = this.#text.value === "" ? "" : resultCount === 0 ? "none" : at;
    });
    this.#text.oninput = () => this.#find(false, true);
    this.#text.onkeydown = (event) => {
      if (event.key === "Enter") this.#find(!event.shiftKey, false);
      else if (event.key === "Escape") this.close();
      else return;
      event.preventDefault();
    };
    part("search-up").onclick = () => this.#find(true, false);
    part("search-down").onclick = () => this.#find(false, false);
    part("search-close").onclick = () => this.close();
  }

  readonly open = (): void => {
    this.#bar.hidden = false;
    this.#text.focus();
    this.#text.select();
  };

  close(): void {
    this.#bar.hidden = true;
    this.#addon.clearDecorations();
    this.terminal.clearSelection();
    this.terminal.focus();
  }

  /** Upwards from the newest, as one looks for what has scrolled by. */
  #find(up: boolean, incremental: boolean): void {
    const options = { decorations: DECORATIONS, incremental };
    if (up || incremental) this.#addon.findPrevious(this.#text.value, options);
    else this.#addon.findNext(this.#text.value, options);
  }
}
