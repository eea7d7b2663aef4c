/** Corrects xterm.js 6.0.0 in origin mode (DECOM): relative moves add the top margin a second time. */

import type { Emulator } from "./xterm_internals.ts";

/** CHA and HPA: to a column in the same row. */
const TO_COLUMN = ["G", "`"];

/** Registers the corrected handlers. */
export function mendOriginMode(emulator: Emulator): void {
  const { _inputHandler: input, _bufferService: { buffers }, coreService } = emulator;
  const moveTo = (column: number, row: number) => {
    // In origin mode rows count from the top margin.
    input._setCursor(column, coreService.decPrivateModes.origin ? row - buffers.active.scrollTop : row);
  };
  input._moveCursor = (right, down) => {
    input._restrictCursor();
    moveTo(buffers.active.x + right, buffers.active.y + down);
  };
  for (const final of TO_COLUMN) {
    input.registerCsiHandler({ final }, (p) => {
      moveTo((p.params[0] || 1) - 1, buffers.active.y);
      return true;
    });
  }
}
