/** The page's scrollback, filled with the rows that a snapshot skipped. */
import type { Terminal } from "@xterm/xterm";
import { MAX_SCROLLBACK } from "../../../session/sync/limits.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { type Scrollback, weigh } from "../../../session/screen/scrollback.ts";
import { type FillSource, HistoryFill } from "./history_fill.ts";
import { RowParser } from "./row_parser.ts";

/** @param ask asks the host for rows; false without a link */
export function fillScrollback(
  terminal: Terminal,
  screen: Screen,
  scrollback: Scrollback,
  ask: FillSource<unknown>["ask"],
) {
  const parser = new RowParser(screen);
  return new HistoryFill({
    ask,
    first: () => screen.history.first,
    parse: (rows) => parser.parse(rows),
    done: (rows) => {
      scrollback.putAbove(rows);
      parser.done();
    },
    limit: MAX_SCROLLBACK,
    weigh: ([line]) => weigh(line),
    room: () => scrollback.room,
    busy: () => terminal.hasSelection(),
  });
}
