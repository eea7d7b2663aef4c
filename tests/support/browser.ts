/** Real Chromium, headless, and what a test reads of the viewer's page: cells, not pictures. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Lab } from "../net/lab.ts";
import { DeadlineError } from "./deadline.ts";
import { TempDir } from "./temp_dir.ts";
import { viewerAssets } from "../../road/http/web_assets.ts";
import type { Cell } from "./screen.ts";
import { CHROMIUM, findProgram } from "./needs.ts";

/** Debian's Chromium talks to nobody but the page. */
export const BROWSER_FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How often a page is looked at while a test waits; ms. */
const LOOK = 20;

export type { Browser };

/** Starts a browser; whoever calls closes it. */
export async function openBrowser(...flags: readonly string[]): Promise<Browser> {
  return await launch(findProgram(...CHROMIUM)!, flags);
}

async function launch(executablePath: string, flags: readonly string[]): Promise<Browser> {
  // Whoever changed the page has it built now, and not while a browser waits for it.
  await viewerAssets();
  return await chromium.launch({ executablePath, args: [...BROWSER_FLAGS, ...flags] });
}

/** Runs a test with a browser on a host of the lab. */
export async function withBrowserOn(lab: Lab, host: string, act: (browser: Browser) => Promise<void>) {
  await using dir = await TempDir.create();
  const script = dir.join("chromium");
  const command = lab.command(host, [findProgram(...CHROMIUM)!]).map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(script, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  const browser = await launch(script, []);
  try {
    await act(browser);
  } finally {
    await browser.close();
  }
}

/** Runs a test with a browser of its own. */
export async function withBrowser(act: (browser: Browser) => Promise<void>, ...flags: readonly string[]) {
  const browser = await openBrowser(...flags);
  try {
    await act(browser);
  } finally {
    await browser.close();
  }
}

export class ViewerPage {
  /** What the page complained of: errors, and breaches of its policy. */
  readonly complaints: string[] = [];
  /** Every address that it asked for. */
  readonly requests: string[] = [];

  private constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
  }

  /** `before`: runs in the page before anything of its own. */
  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
    before?: () => void,
  ): Promise<ViewerPage> {
    const context = await browser.newContext({ viewport: { width: 900, height: 600 }, ...options });
    const viewer = new ViewerPage(await context.newPage());
    if (before) await viewer.page.addInitScript(before);
    await viewer.page.goto(url);
    return viewer;
  }

  /** The screen's rows, trailing blanks removed; with `history` the scrollback before them. */
  async text(history = false): Promise<string> {
    return await this.page.evaluate(readText, history);
  }

  /** Waits until the screen matches. Throws with what it shows after `ms`. */
  async waitForText(pattern: RegExp, ms: number, history = false): Promise<string> {
    const end = performance.now() + ms;
    try {
      for (;;) {
        const text = await this.text(history);
        if (pattern.test(text)) return text;
        if (performance.now() > end) throw new DeadlineError(`waited ${ms} ms for ${pattern}`);
        // The page's policy allows no evaluated strings, so Playwright's own polling can't be used.
        await this.page.waitForTimeout(LOOK);
      }
    } catch (cause) {
      const state = await this.page.evaluate(() => document.body.innerText).catch(() => "no page");
      throw new Error(
        `waited ${ms} ms for ${pattern}; the screen is\n${await this.text()}\nthe page says\n${state}\n${
          this.complaints.join("\n")
        }`,
        { cause },
      );
    }
  }

  /** The cells of the screen, as `readCells` of `screen.ts` has them; with `history` the scrollback before them. */
  async cells(history = false): Promise<Cell[][]> {
    return await this.page.evaluate(readPageCells, history);
  }

  async cursor(): Promise<{ x: number; y: number }> {
    return await this.page.evaluate(() => {
      const { terminal } = document.getElementById("screen") as unknown as Holder;
      return { x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY };
    });
  }

  async size(): Promise<{ cols: number; rows: number }> {
    return await this.page.evaluate(() => {
      const { terminal } = document.getElementById("screen") as unknown as Holder;
      return { cols: terminal.cols, rows: terminal.rows };
    });
  }

  /** Types as a person at a keyboard does. */
  async type(text: string): Promise<void> {
    for (const piece of text.split(/(\r)/)) {
      if (piece === "\r") await this.page.keyboard.press("Enter");
      else if (piece !== "") await this.page.keyboard.type(piece);
    }
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

interface PageCell {
  getChars(): string;
  getWidth(): number;
  getFgColor(): number;
  getBgColor(): number;
  isFgDefault(): boolean;
  isBgDefault(): boolean;
  isFgRGB(): boolean;
  isBgRGB(): boolean;
  isBold(): number;
  isDim(): number;
  isItalic(): number;
  isUnderline(): number;
  isInverse(): number;
  isInvisible(): number;
  isStrikethrough(): number;
  isOverline(): number;
}

interface Holder {
  readonly terminal: {
    readonly cols: number;
    readonly rows: number;
    readonly buffer: {
      readonly active: {
        readonly baseY: number;
        readonly length: number;
        readonly cursorX: number;
        readonly cursorY: number;
        getLine(
          y: number,
        ): { translateToString(trim: boolean): string; getCell(x: number): PageCell | undefined } | undefined;
      };
    };
  };
}

/** Runs in the page. */
function readText(history: boolean): string {
  const { terminal } = document.getElementById("screen") as unknown as Holder;
  if (!terminal) return "";
  const { active } = terminal.buffer;
  const rows: string[] = [];
  for (let y = history ? 0 : active.baseY; y < active.baseY + terminal.rows; y++) {
    rows.push(active.getLine(y)?.translateToString(true).trimEnd() ?? "");
  }
  return rows.join("\n").trimEnd();
}

/** Runs in the page. */
function readPageCells(history: boolean): Cell[][] {
  const { terminal } = document.getElementById("screen") as unknown as Holder;
  const { active } = terminal.buffer;
  const colour = (isDefault: boolean, isRgb: boolean, value: number) =>
    isDefault ? "default" : isRgb ? `rgb:${value.toString(16).padStart(6, "0")}` : `palette:${value}`;
  const rows: Cell[][] = [];
  for (let y = history ? 0 : active.baseY; y < active.baseY + terminal.rows; y++) {
    const row: Cell[] = [];
    for (let x = 0; x < terminal.cols; x++) {
      const cell = active.getLine(y)?.getCell(x);
      if (!cell) continue;
      const flags = [
        cell.isBold() && "b",
        cell.isDim() && "d",
        cell.isItalic() && "i",
        cell.isUnderline() && "u",
        cell.isInverse() && "r",
        cell.isInvisible() && "h",
        cell.isStrikethrough() && "s",
        cell.isOverline() && "O",
      ];
      row.push({
        text: cell.getChars() || " ",
        width: cell.getWidth(),
        foreground: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
        background: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
        attributes: flags.filter((letter) => typeof letter === "string").join(""),
      });
    }
    rows.push(row);
  }
  return rows;
}
