/** A viewer's terminal: the shared screen with guesses, history and a status line over it. */
import { Buffer } from "node:buffer";
import { bounded } from "../../frames/size.ts";
import type { Lines } from "../../frames/screen_state.ts";
import { HistoryFetcher } from "../../session/viewer/history_fetcher.ts";
import { HistoryStore } from "../../session/viewer/history_store.ts";
import { PacedParser } from "../../session/emulator/paced_parser.ts";
import { type PredictMode, Predictor } from "../../session/predict/predictor.ts";
import { Scrollback } from "../../session/screen/scrollback.ts";
import type { Screen } from "../../session/screen/screen.ts";
import { screenView } from "../../session/render/screen_view.ts";
import type { WholeSnapshot } from "../../session/sync/snapshot_parts.ts";
import { AttentionPacer } from "../../session/vt/attention_pacer.ts";
import type { Input } from "../../session/vt/terminal_input.ts";
import { onAlternate } from "../../session/emulator/xterm_internals.ts";
import type { ViewerRuntime } from "../../session/runtime/viewer_runtime.ts";
import { ViewerFilter } from "../../session/vt/viewer_filter.ts";
import type { Clipboard } from "./clipboard.ts";
import { Display } from "../terminal/display.ts";
import { newScreen } from "../emulator/new_screen.ts";
import type { Panel } from "./panel.ts";
import { Scroll } from "./scroll.ts";
import type { Tty } from "../terminal/tty.ts";
import { ViewerPictures } from "./viewer_pictures.ts";

/** Rows that scroll off the live screen stay in its emulator until they are stored; rows. */
const SCROLLBACK = 10_000;
/** What those may take, bytes: that many of 250 columns. Those that have no room are asked for when they are looked at. */
const ABOVE = 32 * 1024 * 1024;
/** The interval at which waiting guesses and panels are checked and missing history is requested; ms. */
const LOOK = 50;

export interface ViewerTerminalOptions {
  readonly tty: Tty;
  readonly predict: PredictMode;
  /** Called when the host wants to write to the clipboard. */
  readonly clipboard: Clipboard;
  readonly session: ViewerRuntime;
  /** Somebody types: whether that goes nowhere, of which the person is told. */
  readonly watching: () => boolean;
}

/** The terminal of a joined viewer: what it shows and what is typed. */
export class ViewerTerminal implements Disposable {
  readonly #tty: Tty;
  readonly #screen: Screen;
  readonly #display: Display;
  readonly #paced = new PacedParser(
    () => performance.now(),
    () => new Promise((resolve) => void setTimeout(resolve)),
  );
  readonly pictures: ViewerPictures;
  readonly #predictor: Predictor;
  readonly #view;
  readonly #store = new HistoryStore();
  readonly #above: Scrollback;
  readonly #fetcher: HistoryFetcher;
  readonly #timer: ReturnType<typeof setInterval>;
  #effect = 0;
  #panel: Panel | null = null;
  readonly #attention = new AttentionPacer(() => performance.now());
  #status: string | null = null;
  #numbers: string | null = null;

  constructor(private readonly options: ViewerTerminalOptions) {
    const { tty, predict, clipboard, session } = options;
    this.#tty = tty;
    const { cols, rows } = bounded(tty.size);
    this.#screen = newScreen(cols, rows, SCROLLBACK);
    this.#above = new Scrollback(this.#screen, ABOVE);
    const more = () => this.#display.picturesChanged();
    this.pictures = new ViewerPictures(tty, this.#screen.pictures, session, more);
    this.#display = new Display(
      tty,
      this.#screen,
      () => new ViewerFilter((sequence) => clipboard.request(sequence), this.#attention),
      undefined,
      this.pictures,
    );
    this.#predictor = new Predictor(predict);
    this.#view = screenView(this.#screen.emulator);
    this.#fetcher = new HistoryFetcher(this.#store, (...lines) => session.askLines(...lines));
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  /** Right and wrong predictions. */
  get predictions(): { readonly right: number; readonly wrong: number } {
    return this.#predictor.counts;
  }

  show(bytes: Uint8Array): Promise<void> {
    let passed: Promise<void> | undefined;
    return this.#paced.parse({
      data: bytes,
      // The terminal accepts them while the emulator parses them.
      begin: () => passed = this.#display.painted ? undefined : this.#display.output(bytes),
      write: (piece) => this.#screen.write(piece),
      end: () => {
        this.#store.follow(this.#screen);
        this.#above.follow();
        this.#judge();
        // A picture among them makes the display paint.
        passed = passed && !this.#display.painted ? passed : this.#display.output(bytes);
      },
    }).then(() => passed);
  }

  replace(snapshot: WholeSnapshot): Promise<void> {
    let loaded = () => {};
    let shown: Promise<void> | undefined;
    return this.#paced.parse({
      data: snapshot.data,
      begin: () => {
        this.#store.harvest(this.#screen);
        loaded = this.#screen.loading(snapshot);
      },
      write: (piece) => this.#screen.write(piece),
      end: () => {
        loaded();
        this.#above.restart();
        const { end } = this.#store;
        this.#store.reached(snapshot.era, snapshot.line);
        if (this.#store.end > end) this.#fetcher.scrolled(performance.now());
        this.#predictor.reset();
        shown = this.#display.replace(snapshot);
      },
    }).then(() => shown);
  }

  history(lines: Lines & { readonly id: number }): void {
    this.#fetcher.receive(lines, performance.now());
    this.#panel?.came?.();
    if (this.#panel) this.panelChanged();
  }

  /** The host has seen input up to `effect`. */
  effect(effect: number): void {
    this.#effect = effect;
    this.#judge();
  }

  /** Handles typing for the session; keys for the history view, or another panel, stay here. */
  typed(inputs: readonly Input[]): void {
    // Where terminals turn the wheel into arrows one read holds several: what ends the looking back is not the program's either.
    const panel = this.#panel;
    const wanted = inputs.filter((input) => panel === null || !this.#forPanel(panel, input));
    const session = this.options.session;
    const keys: Uint8Array[] = [];
    const all = wanted.map((input) => {
      const bytes = this.#display.typed(input);
      if (input.kind !== "mouse" && input.kind !== "report" && input.kind !== "quiet") keys.push(bytes);
      return bytes;
    });
    if (all.every((bytes) => bytes.length === 0) || session.role === "view" && keys.length === 0) return;
    if (keys.length > 0 && this.options.watching()) return;
    session.type(Buffer.concat(all));
    // Input that nobody typed has no echo to guess.
    if (keys.length > 0) {
      this.#predictor.typed(Buffer.concat(keys), session.typed, this.#view, performance.now());
    }
    this.#judge();
  }

  /** Whether nothing is before the cursor in its line. */
  get atLineStart(): boolean {
    return this.#view.cursorCol === 0;
  }

  /** Whether a full-screen program has the screen. */
  get fullScreen(): boolean {
    return onAlternate(this.#screen.emulator);
  }

  /** Gives `input` to the panel; false for what the program gets all the same: a paste, which ends the looking back, and what the terminal says of itself. */
  #forPanel(panel: Panel, input: Input): boolean {
    if (input.kind === "report") return false;
    const before = this.#panel;
    if (before && !panel.typed(input)) this.#panel = null;
    if (before) this.panelChanged();
    return input.kind !== "paste" || this.#panel !== null;
  }

  /** Begins the history view. */
  scroll(): void {
    this.showPanel(new Scroll(this.#store, this.#screen, bounded(this.#tty.size).rows));
  }

  /** Lays `panel` over the screen, until it asks to leave. */
  showPanel(panel: Panel): void {
    this.#panel = panel;
    this.panelChanged();
  }

  /** Writes what the person has allowed to be copied. */
  copy(sequence: string): void {
    this.#display.say(sequence);
  }

  /** A line over the bottom row; null takes it away. */
  status(text: string | null): void {
    this.#status = text;
    this.#showStatus();
  }

  /** A line over the bottom row while there is no other; null takes it away. */
  numbers(text: string | null): void {
    this.#numbers = text;
    this.#showStatus();
  }

  /** The window changed, or something else wrote to the terminal. */
  repaint(): void {
    this.#panel?.resize?.(bounded(this.#tty.size).rows);
    void this.#display.repaint();
  }

  /** The command's last output stays in the terminal. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await this.#display.finish();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** What the panel shows is to be shown anew. */
  panelChanged(): void {
    this.#display.history(this.#panel);
    this.#showStatus();
  }

  #showStatus(): void {
    this.#display.status(this.#status ?? this.#panel?.words ?? this.#numbers);
  }

  #look(): void {
    if (this.#predictor.wait < Infinity) this.#judge();
    this.#fetcher.poll(performance.now());
    this.pictures.look();
    if (this.#panel?.stale?.(performance.now())) this.panelChanged();
    this.#display.say(this.#attention.late());
  }

  /** Compares guesses with the screen and shows those that remain. */
  #judge(): void {
    this.#predictor.update(this.#view, this.#effect, this.options.session.rtt ?? 0, performance.now());
    this.#display.predict(this.#predictor.shows ? this.#predictor.overlay() : null);
  }
}
