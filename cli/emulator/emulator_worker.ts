/** The host's emulator, in a worker: parsing a flood needs a whole core. See `emulator.ts`. */

import { NO_COLOURS } from "../../session/vt/colours.ts";
import { DEFAULT_SCROLLBACK } from "../../session/sync/limits.ts";
import { answerQueries } from "../../session/screen/query_replies.ts";
import type { Screen } from "../../session/screen/screen.ts";
import { Scrollback } from "../../session/screen/scrollback.ts";
import type { FromWorker, ToWorker } from "./emulator_messages.ts";
import { newScreen } from "./new_screen.ts";
import { WholeSnapshots } from "./whole_snapshots.ts";

/** The part of a worker's global scope that is used; the project is checked without the `webworker` library. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

/** Rows are made in advance when nothing was printed for so long, in ms; */
const IDLE = 1000;
/** so many at a time, at this interval (ms): 500 take 1.5 ms, an acceptable delay of an echo. */
const SLICE = 500;
/** The most cells of such rows: 10,000 rows of 200 columns, 24 MB. */
const SPARE_CELLS = 2_000_000;
const GAP = 20;

let screen: Screen | undefined;
let above: Scrollback | undefined;
let preparing: ReturnType<typeof setTimeout> | undefined;
let printed = false;
let colours = NO_COLOURS;
let snapshots: WholeSnapshots | undefined;

scope.onmessage = ({ data }) => {
  if (data.type === "start") {
    screen = start(data);
    above = new Scrollback(screen);
    snapshots = new WholeSnapshots(screen, giveSnapshot);
    scope.postMessage({ type: "ready" });
    warmUp();
    preparing = setTimeout(() => (rehearse(), prepare()), IDLE);
    return;
  }
  if (!screen) throw new Error(`the emulator was told to ${data.type} before it was started`);
  answer(screen, data);
};

function start({ cols, rows, scrollback }: ToWorker & { type: "start" }): Screen {
  const screen = newScreen(cols, rows, scrollback);
  answerQueries(screen, () => colours, (bytes) => scope.postMessage({ type: "reply", bytes }));
  screen.terminal.onTitleChange((title) => scope.postMessage({ type: "title", title }));
  return screen;
}

/** Compiles the snapshot code before the first request: the first snapshot takes 17 ms uncompiled, later ones 1. */
function warmUp(): void {
  const screen = newScreen(20, 4, 0);
  screen.write(new TextEncoder().encode("\x1b[1;31mwarm\x1b[m up \x1b[44m中\x1b[m\r\n".repeat(8)));
  for (let i = 0; i < 4; i++) screen.snapshot();
}

/** Compiles the code for floods before the first flood. */
function rehearse(): void {
  const screen = newScreen(80, 24, 2 * SLICE);
  screen.plain!.reserve(SLICE);
  // The first write uses rows of the reserve, the next ones make their own, the last ones reuse them.
  for (let i = 0; i < 4; i++) screen.write(new TextEncoder().encode("a plain line\r\n".repeat(SLICE)));
}

/** Makes rows for a flood in advance, and drops those for which there is no room. */
function prepare(): void {
  const plain = screen!.plain!;
  const most = Math.min(DEFAULT_SCROLLBACK, Math.floor(SPARE_CELLS / screen!.cols));
  const made = plain.reserve(printed ? 0 : Math.max(0, Math.min(SLICE, most - plain.spare)));
  preparing = printed || made > 0 ? setTimeout(prepare, printed ? IDLE : GAP) : undefined;
  printed = false;
}

function giveSnapshot(id: number): void {
  const snapshot = screen!.snapshot();
  scope.postMessage({ type: "snapshot", id, snapshot }, [snapshot.data.buffer]);
}

function answer(screen: Screen, message: Exclude<ToWorker, { type: "start" }>): void {
  switch (message.type) {
    case "write": {
      printed = true;
      preparing ??= setTimeout(prepare, IDLE);
      const began = performance.now();
      screen.write(message.bytes);
      above!.follow();
      snapshots!.look();
      scope.postMessage({ type: "parsed", version: screen.version, ms: performance.now() - began });
      return;
    }
    case "colours":
      colours = message.colours;
      return;
    case "resize":
      snapshots!.flush();
      screen.resize(message.cols, message.rows);
      preparing ??= setTimeout(prepare, IDLE);
      scope.postMessage({ type: "resized", id: message.id, version: screen.version });
      return;
    case "snapshot":
      return snapshots!.ask(message.id);
    case "lines":
      scope.postMessage({ type: "lines", id: message.id, lines: screen.lines(message.from, message.to) });
      return;
    case "picture": {
      const picture = screen.pictures.store.get(message.picture);
      scope.postMessage({ type: "picture", id: message.id, picture });
      return;
    }
    default:
      message satisfies never;
  }
}
