/** The emulator in the page: the same one as the host's, with the browser's renderer. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { type ITheme, Terminal } from "@xterm/xterm";
import { Screen } from "../../session/screen.ts";
import { TERMINAL_OPTIONS } from "../../session/terminal_like.ts";
import { adoptStyles } from "./style_elements.ts";

/** Rows kept above the screen, as at the host. */
export const SCROLLBACK = 10_000;
export const FONT =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export interface PageTerminal {
  readonly terminal: Terminal;
  readonly screen: Screen;
  /** `webgl`, or `dom` where the browser has no WebGL or lost it. */
  readonly renderer: () => "webgl" | "dom";
  /** Turns to WebGL. It takes some 100 ms to set up, so the first screen is shown without. */
  hasten(): void;
}

/** Makes a terminal in `parent`. A click on a link opens it in a new tab that knows nothing of this page. */
export function createTerminal(parent: HTMLElement, theme: ITheme, fontSize: number): PageTerminal {
  adoptStyles(document);
  const terminal = new Terminal({
    ...TERMINAL_OPTIONS,
    scrollback: SCROLLBACK,
    fontFamily: FONT,
    fontSize,
    // Rows of exactly the font's height cut underscores off.
    lineHeight: 1.15,
    theme,
    minimumContrastRatio: 1,
    macOptionIsMeta: true,
    rightClickSelectsWord: true,
    linkHandler: { activate: (_event, uri) => openLink(uri), allowNonHttpProtocols: false },
  });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = "15-graphemes";
  terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri)));
  terminal.open(parent);
  let renderer: "webgl" | "dom" = "dom";
  const hasten = () => {
    if (renderer === "webgl" || !isFast()) return;
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => {
        webgl.dispose();
        renderer = "dom";
      });
      terminal.loadAddon(webgl);
      renderer = "webgl";
    } catch {
      // No WebGL 2 here: the DOM renderer stays.
    }
  };
  return { terminal, screen: new Screen(terminal), renderer: () => renderer, hasten };
}

function openLink(uri: string): void {
  if (/^https?:\/\//i.test(uri)) open(uri, "_blank", "noopener,noreferrer");
}

/** Drawn by the processor: slower than the DOM. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

function isFast(): boolean {
  const context = document.createElement("canvas").getContext("webgl2", {
    failIfMajorPerformanceCaveat: true,
  });
  if (!context) return false;
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE.test(name);
}
