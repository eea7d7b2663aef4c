/** What a session leaves in a terminal that showed it painted, in an alternate screen of its own. */
import { rowText, usedColumns } from "./rows.ts";
import type { Screen } from "./screen.ts";

/**
 * The rows of `screen` down to its last one or its cursor, with their attributes, each ended by CR LF; for a cursor at the main screen of a
 * terminal in its initial state, of any width. Empty while a program has the alternate screen.
 */
export function lastScreen({ emulator, shadow, rows }: Screen): string {
  const { active, normal } = emulator._bufferService.buffers;
  if (active !== normal) return "";
  const line = (y: number) => active.lines.get(active.ybase + y);
  let end = rows;
  const isBlank = (y: number) => {
    const row = line(y);
    return row === undefined || usedColumns(row) === 0;
  };
  while (end > active.y && isBlank(end - 1)) end--;
  if (active.x > 0) end = Math.max(end, active.y + 1);
  let text = "";
  for (let y = 0; y < end; y++) text += (line(y) ? rowText(shadow, line(y)!) : "") + "\r\n";
  return text;
}
