/** A screen as the predictor reads it. */
import type { ScreenView } from "../predict/guess.ts";
import { isFaint, readCell } from "../emulator/attributes.ts";
import { EMPTY } from "./grid.ts";
import type { Emulator } from "../emulator/xterm_internals.ts";

/** The current content of an emulator; the view stays live. */
export function screenView({ _bufferService: service }: Emulator): ScreenView {
  const cell = { ...EMPTY };
  const buffer = () => service.buffers.active;
  const read = (row: number, col: number) => {
    const line = buffer().lines.get(buffer().ybase + row);
    return line && col < line.length ? readCell(line, col, cell) : undefined;
  };
  return {
    get cols() {
      return service.cols;
    },
    get rows() {
      return service.rows;
    },
    get cursorCol() {
      return Math.min(buffer().x, service.cols - 1);
    },
    get cursorRow() {
      return buffer().y;
    },
    char(row, col) {
      return read(row, col)?.chars ?? "";
    },
    width(row, col) {
      return read(row, col)?.width ?? 1;
    },
    faint(row, col) {
      const at = read(row, col);
      return at !== undefined && isFaint(at);
    },
  };
}
