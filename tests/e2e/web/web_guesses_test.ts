import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { SOON } from "../scene.ts";
import { onePage } from "./web_scene.ts";

/** Guesses are always shown, as a person may choose. */
const ALWAYS = () => localStorage.setItem("beach.settings", JSON.stringify({ predict: "always" }));

interface Watched {
  /** Every different overlay that was drawn: cells as `row,col char`, and the two cursors. */
  readonly drawn: string[];
  /** What a person would see as two cursors, or as none. */
  readonly wrong: string[];
}

/** Runs in the page: notes what lies over the terminal at each frame. */
function watch(): void {
  interface Shown {
    readonly cols: number;
    readonly buffer: {
      readonly active: { readonly cursorX: number; readonly cursorY: number };
    };
    readonly options: { readonly theme: { readonly cursor: string } };
  }
  const { terminal } = document.getElementById("screen") as unknown as { terminal: Shown };
  const probe = document.createElement("i");
  probe.style.background = terminal.options.theme.cursor;
  const cursorColour = probe.style.background;
  const screen = document.querySelector(".xterm-screen")!;
  const watched = { drawn: [] as string[], wrong: [] as string[] };
  Object.assign(globalThis, { watched });
  const look = () => {
    const { width, height } = screen.getBoundingClientRect();
    const rows = (terminal as unknown as { rows: number }).rows;
    const cells = [...document.querySelectorAll<HTMLElement>(".guesses span")].map((span) => ({
      at: [
        Math.round(parseFloat(span.style.top) / (height / rows)),
        Math.round(parseFloat(span.style.left) / (width / terminal.cols)),
      ].join(),
      char: span.textContent,
      cursor: span.style.background === cursorColour,
    }));
    const { cursorX, cursorY } = terminal.buffer.active;
    const real = `${cursorY},${cursorX}`;
    const guessed = cells.filter(({ cursor }) => cursor);
    const text = cells.map(({ at, char, cursor }) => cursor ? `cursor ${at}` : `${at} ${char}`).join("; ");
    if (watched.drawn.at(-1) !== text) watched.drawn.push(text);
    // The newest span over a cell is the one that shows.
    const over = cells.findLast(({ at }) => at === real);
    const good = guessed.length === 0 || guessed.length === 1 && over !== undefined;
    if (!good) watched.wrong.push(`real cursor ${real}, drawn ${text}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

testWith(
  [chromium],
  "on a slow link keys show before the host has answered, with one cursor whatever the program does meanwhile",
  onePage({ args: ["--size", "60x12", "--simulate-delay", "150ms"], before: ALWAYS }, async ({ viewer }) => {
    await viewer.page.evaluate(watch);
    await viewer.type("clear; (sleep 2.5; printf '\\e[6;9Hmoved') &\r");
    await viewer.waitForText(/^\$ ?$/m, SOON);
    // The first letters of a line are a trial; those after it show at once.
    for (const typed of ["e", "ec", "ech"]) {
      await viewer.page.keyboard.type(typed.at(-1)!);
      await viewer.waitForText(new RegExp(`^\\$ ${typed}$`, "m"), SOON);
    }
    // Keys all the while, so that some are unanswered when the program moves the cursor.
    for (const letter of "o seventy keys while it waits for the program") {
      await viewer.page.keyboard.type(letter, { delay: 50 });
    }
    await viewer.waitForText(/moved/, SOON);
    const overlay = await viewer.page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);
    assert.ok(
      overlay.drawn.some((text) => /cursor 1,\d/.test(text)),
      `guessed ${overlay.drawn.join("\n")}`,
    );
    assert.deepEqual(overlay.wrong, []);
    // In the end nothing lies over the screen.
    await viewer.page.keyboard.press("Control+c");
    await viewer.page.locator(".guesses span").first().waitFor({ state: "detached", timeout: SOON });
    assert.deepEqual(viewer.complaints, []);
  }),
);
