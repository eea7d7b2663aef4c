/** The internals of an emulator, after a check that everything that Beach uses exists. */
import type { Emulator, TerminalLike } from "./xterm_internals.ts";

/** The members that {@link Emulator} relies on. */
const NEEDED = [
  "_inputHandler.parse",
  "_inputHandler.print",
  "_inputHandler._parser.precedingJoinState",
  "_inputHandler._curAttrData.extended",
  "_bufferService.buffers.normal.lines",
  "_bufferService.buffers.normal.lines.get(0).addCodepointToCell",
  "_inputHandler.lineFeed",
  "_inputHandler._dirtyRowTracker",
  "_inputHandler._parser._transitions.table",
  "_inputHandler._parser.registerDcsHandler",
  "_bufferService.buffers.normal.lines.get(0).setCellFromCodepoint",
  "_inputHandler._restrictCursor",
  "_inputHandler._setCursor",
  "_inputHandler._moveCursor",
  "_inputHandler._eraseAttrData",
  "_inputHandler.softReset",
  "_bufferService.buffers.normal.lines.splice",
  "_bufferService.buffers.normal.lines.recycle",
  "_bufferService.buffers.normal.getBlankLine",
  "_bufferService.cols",
  "_bufferService.buffers.onBufferActivate",
  "_charsetService._charsets",
  "_oscLinkService.registerLink",
  "_oscLinkService.addLineToLink",
  "_oscLinkService.getLinkData",
  "coreService.decPrivateModes",
  "coreMouseService",
  "optionsService.options",
  "unicodeService.charProperties",
];

function reach(from: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => {
    const holder = at as { get(index: number): unknown } & Record<string, unknown> | undefined;
    return name === "get(0)" ? holder?.get?.(0) : holder?.[name];
  }, from);
}

/** The internals of `terminal`. Throws an Error that names the missing member if the emulator's version differs. */
export function emulatorOf(terminal: TerminalLike): Emulator {
  const core = (terminal as unknown as { _core?: Emulator })._core;
  const missing = core === undefined ? ["_core"] : NEEDED.filter((path) => reach(core, path) === undefined);
  if (missing.length > 0 || core === undefined) {
    throw new Error(
      `the terminal emulator lacks ${missing.join(", ")}; Beach reads the inside of xterm.js 6.0.0: ` +
        `pin @xterm/headless and @xterm/xterm to that version`,
    );
  }
  return core;
}
