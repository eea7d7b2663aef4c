/** One terminal in the page with all that belongs to it: keys, guesses, history, fit, status. */
import type { BeachSession, Ended, View } from "../embed/beach.ts";
import { offerClipboard } from "../terminal/clipboard.ts";
import type { Extras } from "./extras.ts";
import { Fit } from "../terminal/fit.ts";
import { keepFocus } from "../dom/focus.ts";
import { GuessOverlay } from "../terminal/guess_overlay.ts";
import { attachKeyboard } from "../terminal/keyboard.ts";
import { part } from "../dom/elements.ts";
import { followKeyboard, followPage } from "./page_life.ts";
import { PhoneKeys } from "../terminal/phone_keys.ts";
import { PictureLayer } from "../terminal/picture_layer.ts";
import { attachPinch } from "../terminal/pinch.ts";
import { fillScrollback } from "../terminal/scrollback_fill.ts";
import { Scrollback } from "../../../session/screen/scrollback.ts";
import { TerminalSink } from "../terminal/screen_sink.ts";
import type { Settings } from "../settings/settings.ts";
import { FONT_SIZES } from "../settings/settings.ts";
import { openSettings } from "./settings_dialog.ts";
import { showStatus, showTitle } from "./status.ts";
import { createTerminal, type PageTerminal } from "../terminal/terminal.ts";
import { toast } from "../dom/toasts.ts";
import { SharedFiles } from "../files/shared_files.ts";
import { TouchScroll } from "../terminal/touch_scroll.ts";
import { themeOf } from "../settings/themes.ts";

/** The interval of figures, in ms. */
const TICK = 1000;
/** The shortest time between two notices that typing has no effect, in ms. */
const REMARK = 6000;
const FIRST_FONT_SIZE = 14;

/** The terminal of the page: shows a session and takes what is typed. */
export class TerminalView {
  readonly #page: PageTerminal;
  readonly #sink: TerminalSink;
  readonly #fit: Fit;
  readonly #guesses: GuessOverlay;
  readonly keys: PhoneKeys;
  #loading: Promise<Extras> | undefined;
  #extras: Extras | undefined;
  #session: BeachSession | undefined;
  #settings: Settings;
  #remarkedAt = -Infinity;
  #typedAt = -Infinity;
  /** The panel was opened, and nothing typed since. */
  #panelIsNew = false;

  private constructor(
    page: PageTerminal,
    settings: Settings,
    change: (changed: Partial<Settings>) => void,
  ) {
    this.#page = page;
    this.#settings = settings;
    const stage = part("stage");
    const { terminal, screen } = this.#page;
    this.#fit = new Fit(terminal, stage, part("screen"), () => this.#settings.fontSize);
    this.#guesses = new GuessOverlay(
      terminal,
      screen.emulator,
      settings.predict,
      () => this.#session?.rtt ?? 0,
    );
    this.#sink = this.#makeSink();
    this.keys = new PhoneKeys(terminal);
    this.#attachKeys(stage, change);
    // For the browser's console, and for tests that read cells.
    Object.assign(part("screen"), { terminal });
    terminal.onTitleChange((title) => showTitle(title));
    new ResizeObserver(() => this.#windowChanged()).observe(stage);
    followKeyboard(part("app"));
    followPage(() => this.#session, () => this.#typedAt);
    setInterval(() => this.refresh(), TICK);
    this.configure(settings);
  }

  /** What shows the session, with all that is above it. */
  #makeSink(): TerminalSink {
    const { terminal, screen } = this.#page;
    const scrollback = new Scrollback(screen);
    const pictures = new PictureLayer(
      terminal,
      screen,
      (id, from) => this.#session?.askPicture(id, from) ?? false,
    );
    screen.pictures.onmissed = () => this.#session?.resync();
    const sink = new TerminalSink(screen, scrollback, {
      shown: (all) => {
        if (all) {
          this.#guesses.reset();
          this.#fit.apply();
          this.#furnish();
        } else this.#guesses.update();
        this.#fit.follow();
      },
      effect: (effect) => this.#guesses.effect(effect),
      picture: (piece) => pictures.receive(piece),
    });
    sink.fill = fillScrollback(terminal, screen, scrollback, (id, era, from, to) => {
      return this.#session?.askLines(id, era, from, to) ?? false;
    });
    return sink;
  }

  #attachKeys(stage: HTMLElement, change: (changed: Partial<Settings>) => void): void {
    const { terminal } = this.#page;
    const search = () => this.#with(({ search }) => search.open());
    const panel = () =>
      this.#with(({ panel }) => {
        // Else it would be empty until the next second.
        if (panel.isNew) this.refresh();
        panel.toggle();
        this.#panelIsNew = panel.open;
      });
    const settingsDialog = () => openSettings(this.#settings, change, () => terminal.focus());
    attachKeyboard(terminal, {
      typed: (bytes) => this.#typed(bytes),
      parsing: () => this.#sink.parsing,
      search,
      panel,
      settings: settingsDialog,
      letters: (step) => change({ fontSize: this.#letters(step) }),
      leave: () => part("open-search").focus(),
      // Escape closes a panel that was just opened; after the first typed key it is the program's again.
      escape: () => this.#panelIsNew && this.#closePanel(),
      modify: (data) => this.keys.modify(data),
      held: () => this.keys.held,
    });
    part("open-search").onclick = search;
    part("status").onclick = panel;
    part("open-settings").onclick = settingsDialog;
    attachPinch(stage, (factor) => this.#fit.zoom(factor));
    new TouchScroll(terminal, stage);
    new SharedFiles(terminal, () => this.#session);
    keepFocus(terminal, { escape: () => this.#closePanel() });
    offerClipboard(terminal);
  }

  /** Makes the view in the page's stage, which is visible, a step at a time. */
  static async make(settings: Settings, change: (changed: Partial<Settings>) => void): Promise<TerminalView> {
    const { colours } = themeOf(settings.theme);
    return new TerminalView(
      await createTerminal(part("screen"), colours, settings.fontSize),
      settings,
      change,
    );
  }

  focus(): void {
    this.#page.terminal.focus();
  }

  /** What {@link join} needs of this page. */
  place(): View {
    return { ...this.#fit.window(), screen: this.#sink };
  }

  /** Is the session's from here on; settles with its end. */
  async show(session: BeachSession): Promise<Ended> {
    this.#session = session;
    session.resize(...this.#cells());
    this.refresh();
    this.#page.terminal.focus();
    const ended = await session.closed;
    this.#session = undefined;
    this.#guesses.reset();
    return ended;
  }

  configure(settings: Settings): void {
    const { terminal } = this.#page;
    if (settings.predict !== this.#settings.predict) this.#guesses.mode = settings.predict;
    this.#settings = settings;
    terminal.options.theme = themeOf(settings.theme).colours;
    terminal.options.screenReaderMode = settings.screenReader;
    terminal.options.macOptionIsMeta = settings.optionIsMeta;
    this.#windowChanged();
  }

  #cells(): [number, number] {
    const { cols, rows } = this.#fit.window();
    return [cols, rows];
  }

  #windowChanged(): void {
    if (part("stage").hidden) return;
    this.#session?.resize(...this.#cells());
    this.#fit.apply();
  }

  #letters(step: number): number {
    const size = step === 0 ? FIRST_FONT_SIZE : this.#settings.fontSize + step;
    return Math.min(FONT_SIZES.most, Math.max(FONT_SIZES.least, size));
  }

  /** False if it was not open. */
  #closePanel(): boolean {
    this.#panelIsNew = false;
    return this.#extras?.panel.close() ?? false;
  }

  #typed(bytes: Uint8Array): void {
    const session = this.#session;
    if (!session) return;
    this.#panelIsNew = false;
    this.#typedAt = performance.now();
    if (session.role === "view") {
      if (performance.now() - this.#remarkedAt < REMARK) return;
      this.#remarkedAt = performance.now();
      return toast("This link is for viewing: what you type goes nowhere.");
    }
    this.#guesses.typed(bytes, session.write(bytes));
  }

  /** Shows the figures of now. */
  refresh(): void {
    const stats = this.#session?.stats();
    if (!stats) return;
    showStatus(stats);
    this.#extras?.panel.update({ ...stats, prediction: this.#guesses.counts }, this.#extras.renderer.name);
  }

  /** The screen is there: loads the rest. */
  #furnish(): void {
    if (this.#loading) return;
    // After the frame that draws it.
    requestAnimationFrame(() =>
      setTimeout(() =>
        this.#with(({ renderer }) => {
          renderer.hasten(() => {
            this.#fit.remeasure();
            this.#windowChanged();
          });
        })
      )
    );
  }

  /** Does what needs more than the screen, as soon as that is loaded. */
  #with(act: (extras: Extras) => void): void {
    this.#loading ??= import("./extras.ts").then(({ addExtras }) =>
      this.#extras = addExtras(this.#page.terminal)
    );
    this.#loading.then(act).catch(() => {
      this.#loading = undefined;
      toast("A part of this page could not be loaded: its server may be away. Try again.");
    });
  }
}
