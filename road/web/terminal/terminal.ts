/** The emulator in the page: the same one as the host's, with the browser's renderer. */
import { type ITheme, Terminal } from "@xterm/xterm";
import { DEFAULT_SCROLLBACK } from "../../../session/sync/limits.ts";
import { Screen } from "../../../session/screen/screen.ts";
import { TERMINAL_OPTIONS } from "../../../session/emulator/xterm_internals.ts";
import { openLink } from "../dom/links.ts";
import { pause } from "../dom/pause.ts";
import { adoptStyles } from "../dom/style_elements.ts";

export const FONT =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export interface PageTerminal {
  readonly terminal: Terminal;
  readonly screen: Screen;
}

/** Makes a terminal in `parent`, a step at a time: the page has a join to attend to. */
export async function createTerminal(
  parent: HTMLElement,
  theme: ITheme,
  fontSize: number,
): Promise<PageTerminal> {
  adoptStyles(document);
  const terminal = new Terminal({
    ...TERMINAL_OPTIONS,
    scrollback: DEFAULT_SCROLLBACK,
    fontFamily: FONT,
    fontSize,
    // Rows of exactly the font's height cut underscores off.
    lineHeight: 1.15,
    theme,
    minimumContrastRatio: 1,
    rightClickSelectsWord: true,
    linkHandler: { activate: (_event, uri) => void openLink(uri), allowNonHttpProtocols: false },
  });
  await pause();
  terminal.open(parent);
  await pause();
  return { terminal, screen: new Screen(terminal) };
}
