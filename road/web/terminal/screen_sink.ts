/** Shows a session in the page's emulator, exactly, and drops the emulator's answers to queries. */
import type { HistoryRow, PicturePiece } from "../../../frames/history_frames.ts";
import { PacedParser } from "../../../session/emulator/paced_parser.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import type { ScreenSink, WholeSnapshot } from "../embed/join_types.ts";
import type { HistoryFill } from "./history_fill.ts";
import { pause } from "../dom/pause.ts";
import type { Scrollback } from "../../../session/screen/scrollback.ts";

export interface ShownEvents {
  /** The screen changed; `all` if it was replaced. */
  shown(all: boolean): void;
  effect(effect: number): void;
  picture(piece: PicturePiece): void;
}

/** Shows a session's output in a terminal of xterm.js. */
export class TerminalSink implements ScreenSink {
  /** Fills the scrollback; set before anything is shown. */
  fill: Pick<HistoryFill<unknown>, "receive" | "cancel" | "replaced"> | undefined;
  #parsing = false;
  readonly #paced = new PacedParser(() => performance.now(), pause);

  constructor(
    private readonly screen: Screen,
    private readonly scrollback: Scrollback,
    private readonly events: ShownEvents,
  ) {}

  /**
   * Whether the emulator is parsing output now. What it sends then are answers to queries, which the host has given already. Parsing is
   * synchronous, so no key can come in between.
   */
  get parsing(): boolean {
    return this.#parsing;
  }

  show(data: Uint8Array): Promise<void> {
    const { history } = this.screen;
    let { era } = history;
    return this.#paced.parse({
      data,
      begin: () => era = history.era,
      write: (piece) => this.#parse(() => this.screen.write(piece)),
      end: () => {
        this.scrollback.follow();
        if (history.era !== era) this.fill?.cancel();
        this.events.shown(false);
      },
    });
  }

  replace(snapshot: WholeSnapshot): Promise<void> {
    let loaded = () => {};
    return this.#paced.parse({
      data: snapshot.data,
      begin: () => loaded = this.screen.loading(snapshot),
      write: (piece) => this.#parse(() => this.screen.write(piece)),
      end: () => {
        loaded();
        this.scrollback.restart();
        this.fill?.replaced();
        this.events.shown(true);
      },
    });
  }

  effect(effect: number): void {
    this.events.effect(effect);
  }

  picture(piece: PicturePiece): void {
    this.events.picture(piece);
  }

  history(
    lines: { era: number; first: number; end: number; id: number; from: number; rows: readonly HistoryRow[] },
  ): void {
    this.fill?.receive(lines);
  }

  #parse(work: () => void): void {
    this.#parsing = true;
    try {
      work();
    } finally {
      this.#parsing = false;
    }
  }
}
