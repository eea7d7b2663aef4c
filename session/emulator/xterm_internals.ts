/**
 * What Beach needs of a terminal emulator. `Terminal` of `@xterm/headless` 6.0 and of `@xterm/xterm` 6.0 both fit: the caller constructs
 * one and passes it. Its public interface is not enough to rebuild a screen exactly (no scroll region, charsets, saved cursor, pending
 * wrap), so `checked_internals.ts` gives access to the internals, in one place, after a check.
 */

/** The public part. `parser` and `buffer` are typed by the emulator. */
export interface TerminalLike {
  readonly cols: number;
  readonly rows: number;
  resize(cols: number, rows: number): void;
  reset(): void;
  onData(listener: (data: string) => void): { dispose(): void };
  onBinary(listener: (data: string) => void): { dispose(): void };
  onBell(listener: () => void): { dispose(): void };
  onTitleChange(listener: (title: string) => void): { dispose(): void };
}

/** Attributes of text as xterm.js packs them: colours and flags in `fg` and `bg`, underline and link in `extended`. */
export interface PackedAttributes {
  fg: number;
  bg: number;
  extended: ExtendedAttributes;
}

interface ExtendedAttributes {
  _ext: number;
  urlId: number;
  clone(): ExtendedAttributes;
}

/** One row: three words per cell (content, fg, bg), and extra data of some cells by column. */
export interface EmulatorLine {
  isWrapped: boolean;
  readonly length: number;
  readonly _data: Uint32Array;
  readonly _combined: Record<number, string>;
  readonly _extendedAttrs: Record<number, PackedAttributes["extended"] | undefined>;
  addCodepointToCell(column: number, code: number, width: number): void;
  setCellFromCodepoint(column: number, code: number, width: number, attributes: PackedAttributes): void;
  getWidth(column: number): number;
  clone(): EmulatorLine;
  copyFrom(line: EmulatorLine): void;
}

/** A hyperlink's target, and the id that joins its parts to one link. */
export interface Link {
  readonly id?: string;
  readonly uri: string;
}

export interface EmulatorBuffer {
  x: number;
  y: number;
  ybase: number;
  readonly ydisp: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: Record<number, boolean | undefined>;
  readonly savedX: number;
  savedY: number;
  readonly savedCurAttrData: PackedAttributes;
  readonly lines: {
    readonly length: number;
    readonly maxLength: number;
    readonly isFull: boolean;
    get(index: number): EmulatorLine | undefined;
    push(line: EmulatorLine): void;
    splice(start: number, deleted: number, ...lines: EmulatorLine[]): void;
    /** Removes the oldest row and appends it as the newest; only when the list is full. */
    recycle(): EmulatorLine;
    onTrim(listener: (amount: number) => void): { dispose(): void };
  };
  getBlankLine(attributes: PackedAttributes): EmulatorLine;
  /** A cell without attributes; always the same object, with another `extended`. */
  getNullCell(): PackedAttributes;
}

/** The parameters of a sequence. */
export interface Params {
  readonly params: Int32Array;
  readonly length: number;
}

type Handler = (params: Params) => boolean;

/** Receives a DCS in parts, as code points; `unhook` is told whether it came whole, and returns whether it was handled. */
export interface DcsHandler {
  hook(params: Params): void;
  put(data: Uint32Array, from: number, to: number): void;
  unhook(whole: boolean): boolean;
}

/** The same for an OSC, without its number. */
export interface OscHandler {
  start(): void;
  put(data: Uint32Array, from: number, to: number): void;
  end(whole: boolean): boolean;
}

/** A character set other than ASCII: maps letters to what it prints for them. */
export type Charset = Readonly<Record<string, string>>;

/** The inside of an emulator. Names are those of xterm.js 6.0.0, which neither build mangles. */
export interface Emulator {
  readonly _inputHandler: {
    parse(bytes: Uint8Array): unknown;
    /** Prints code points `[from, to)` of `data`; the parser and REP call it. */
    print(data: Uint32Array, from: number, to: number): void;
    /** Restricts the cursor to the screen, or to the margins in origin mode. */
    _restrictCursor(): void;
    /** Moves to a column and a row, which counts from the top margin in origin mode. */
    _setCursor(x: number, y: number): void;
    _moveCursor(x: number, y: number): void;
    /** Moves to the same column of the next row, which may scroll. */
    lineFeed(): boolean;
    /** Marks rows of the screen to be redrawn. */
    _dirtyRowTracker: { markDirty(row: number): void };
    _parser: {
      precedingJoinState: number;
      currentState: number;
      reset(): void;
      /** The action and next state for each state and code. */
      _transitions: { table: Uint8Array };
      registerDcsHandler(
        id: { prefix?: string; final: string },
        handler: DcsHandler,
      ): void;
      registerOscHandler(id: number, handler: OscHandler): void;
    };
    _utf8Decoder: { clear(): void };
    _curAttrData: PackedAttributes;
    /** The pen's background, which erased cells get. */
    _eraseAttrData(): PackedAttributes;
    _windowTitle: string;
    _iconName: string;
    _windowTitleStack: string[];
    _iconNameStack: string[];
    registerCsiHandler(
      id: { prefix?: string; intermediates?: string; final: string },
      handler: Handler,
    ): void;
    registerEscHandler(id: { intermediates?: string; final: string }, handler: () => boolean): void;
    registerOscHandler(id: number, handler: (data: string) => boolean): void;
    registerDcsHandler(
      id: { intermediates?: string; final: string },
      handler: (data: string) => boolean,
    ): void;
    eraseInDisplay(params: { params: number[]; length: number }, respectProtect: boolean): boolean;
    eraseInLine(params: { params: number[]; length: number }, respectProtect: boolean): boolean;
    selectCharset(designator: string): boolean;
    setTitle(data: string): boolean;
    softReset(): boolean;
    setIconName(data: string): boolean;
  };
  readonly _bufferService: {
    readonly cols: number;
    readonly rows: number;
    readonly buffers: {
      readonly normal: EmulatorBuffer;
      readonly alt: EmulatorBuffer;
      active: EmulatorBuffer;
      /** Calls the listener when the other screen is shown, and when both are replaced. */
      onBufferActivate(listener: () => void): { dispose(): void };
    };
  };
  readonly _charsetService: {
    charset: Charset | undefined;
    glevel: number;
    _charsets: (Charset | undefined)[];
  };
  readonly _oscLinkService: {
    registerLink(data: Link): number;
    addLineToLink(id: number, row: number): void;
    getLinkData(id: number): Link | undefined;
  };
  readonly coreService: {
    isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly bracketedPasteMode: boolean;
      readonly cursorBlink?: boolean;
      readonly cursorStyle?: "block" | "underline" | "bar";
      origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly synchronizedOutput: boolean;
      readonly wraparound: boolean;
    };
    triggerDataEvent(data: string): void;
  };
  readonly coreMouseService?: Mouse;
  readonly optionsService: {
    options: { convertEol: boolean; cursorBlink: boolean; scrollback: number };
  };
  /** The properties of a code point: `widths.ts`. */
  readonly unicodeService: {
    wcwidth(code: number): number;
    charProperties(code: number, preceding: number): number;
  };
}

interface Mouse {
  readonly activeProtocol: string;
  readonly activeEncoding: string;
}

/** Whether the alternate screen is shown, as by full-screen programs. */
export function onAlternate(emulator: Emulator): boolean {
  const { active, alt } = emulator._bufferService.buffers;
  return active === alt;
}

/** The mouse protocol (`NONE`, `X10`, `VT200`, `DRAG`, `ANY`) and encoding (`DEFAULT`, `SGR`, `SGR_PIXELS`) in use. */
export function mouseOf(emulator: Emulator): Mouse {
  return emulator.coreMouseService!;
}

/** The options of every terminal, so that host and viewers run the same emulator. */
export const TERMINAL_OPTIONS = {
  allowProposedApi: true,
  logLevel: "off",
  // vim and others save the title on this stack and restore it; 18 reports the size in cells.
  windowOptions: { pushTitle: true, popTitle: true, getWinSizeChars: true },
} as const;
