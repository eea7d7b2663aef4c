/** The parts of a session beside its screen. A separate file, loaded when the first screen is there. */
import { WebLinksAddon } from "@xterm/addon-web-links";
import type { Terminal } from "@xterm/xterm";
import { openLink } from "../dom/links.ts";
import { Panel } from "./panel.ts";
import { Renderer } from "../terminal/renderer.ts";
import { SearchBar } from "../terminal/search_bar.ts";

export interface Extras {
  readonly panel: Panel;
  readonly search: SearchBar;
  readonly renderer: Renderer;
}

/** Adds the parts of the page that need not be there at the first screen. */
export function addExtras(terminal: Terminal): Extras {
  terminal.loadAddon(new WebLinksAddon((_event, uri) => void openLink(uri)));
  return {
    panel: new Panel(() => terminal.focus()),
    search: new SearchBar(terminal),
    renderer: new Renderer(terminal),
  };
}
