/** A screen as the predictor looks at it. */
import type { ScreenView } from "./prediction.ts";
import { readCell } from "./attributes.ts";
import { EMPTY } from "./grid.ts";
import type { Screen } from "./screen.ts";

/** What `screen` shows now; it stays live. */
export function screenView(screen: Screen): ScreenView {
  const cell = { ...EMPTY };
  const buffer = () => screen.emulator._bufferService.buffers.active;
  return {
    get cols() {
      return screen.cols;
    },
    get rows() {
      return screen.rows;
    },
    get cursorCol() {
      return Math.min(buffer().x, screen.cols - 1);
    },
    get cursorRow() {
      return buffer().y;
    },
    char(row, col) {
      const line = buffer().lines.get(buffer().ybase + row);
      if (!line || col >= line.length) return "";
      readCell(line, col, cell);
      return cell.chars;
    },
  };
}
