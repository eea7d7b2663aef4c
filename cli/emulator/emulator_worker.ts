/** The host's emulator, in a worker: parsing a flood takes a whole core. See `emulator.ts`. */

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

/** Rows are made beforehand when nothing was printed for so long, ms; */
const IDLE = 1000;
/** and so many at a time, this far apart (ms): 500 take 1.5 ms, which a key's echo may wait. */
const SLICE = 500;
/** No more cells of them than these: 10,000 rows of 200 columns, 24 MB. */
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

/** Has the code of a snapshot compiled before one is asked for: cold, the first takes 17 ms, later ones 1. */
function warmUp(): void {
  const screen = newScreen(20, 4, 0);
  screen.write(new TextEncoder().encode("\x1b[1;31mwarm\x1b[m up \x1b[44m中\x1b[m\r\n".repeat(8)));
  for (let i = 0; i < 4; i++) screen.snapshot();
}

/** Has the code that takes a flood compiled before there is one. */
function rehearse(): void {
  const screen = newScreen(80, 24, 2 * SLICE);
  screen.plain!.reserve(SLICE);
  // The first takes rows of the reserve, the next make their own, the last ones use them again.
  for (let i = 0; i < 4; i++) screen.write(new TextEncoder().encode("a plain line\r\n".repeat(SLICE)));
}

/** Has rows ready for a flood, and none kept that there is no room for. */
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
