import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import type { ViewerPage } from "../../support/browser.ts";
import { SOON } from "../scene.ts";
import { onePage, PROMPT } from "./web_scene.ts";

const PHONE = { viewport: { width: 412, height: 760 }, isMobile: true, hasTouch: true } as const;

/** As keyboards of phones type: a key that says nothing, the field changes, the key comes up. `from`: what of the field's end is replaced. */
async function type(viewer: ViewerPage, text: string, from = 0, to = 0): Promise<void> {
  await viewer.page.evaluate(({ text, from, to }) => {
    const field = document.querySelector<HTMLTextAreaElement>(".xterm-helper-textarea")!;
    field.focus();
    const key = { key: "Unidentified", keyCode: 229, which: 229, bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", key));
    const { length } = field.value;
    if (from > 0) field.setSelectionRange(length - from, length - to);
    document.execCommand(text === "" ? "delete" : "insertText", false, text);
    field.dispatchEvent(new KeyboardEvent("keyup", key));
  }, { text, from, to });
}

/** Tells one line from those before. */
let lines = 0;

/**
 * Types at `cat -vE`, which shows what comes, and gives the row when Enter has gone. The line discipline takes Backspace for itself, and
 * leaves Ctrl-C to `cat`.
 */
async function typed(viewer: ViewerPage, act: () => Promise<void>): Promise<string> {
  await viewer.type(
    `clear; stty -echo -isig iutf8; echo u''p${++lines}; head -1 | cat -vE; stty echo isig\r`,
  );
  await viewer.waitForText(new RegExp(`^up${lines}$`, "m"), SOON);
  await act();
  await viewer.page.keyboard.press("Enter");
  const line = /^up\d+\n(.*)\$\n\$ ?$/m;
  return line.exec(await viewer.waitForText(line, SOON))![1]!;
}

testWith(
  [chromium],
  "what a phone's keyboard replaces is sent as a difference; words are composed once; a held Ctrl does not wait for them",
  onePage({ page: PHONE }, async ({ viewer }) => {
    const { page } = viewer;
    const keys = async (text: string) => {
      for (const key of text) await type(viewer, key);
    };
    await viewer.waitForText(/\$ ?$/, SOON);
    // The terminal empties the field by itself at Ctrl-C and Enter; this keyboard says nothing before a change.
    await keys("echo hello");
    await page.keyboard.press("Control+c");
    // Bash may drop a key that comes before it has dealt with the interrupt, whoever types.
    await viewer.waitForText(/\$ echo hello\^C\n\$ ?$/, SOON);
    await keys("echo $((40+3))");
    await page.keyboard.press("Enter");
    await viewer.waitForText(/^43\n/m, SOON);
    const cases: [what: string, wanted: string, act: () => Promise<void>][] = [
      ["keys one by one", "say hello", () => keys("say hello")],
      ["a correction and its space", "say the ", async () => {
        await keys("say teh");
        await type(viewer, "the ", 3);
      }],
      ["a suggestion as long as the word", "say colors", async () => {
        await keys("say colour");
        await type(viewer, "colors", 6);
      }],
      ["a letter within the field", "say world", async () => {
        await keys("say wrld");
        await type(viewer, "o", 3, 3);
      }],
      ["a shorter word", "say a", async () => {
        await keys("say another");
        await type(viewer, "a", 7);
      }],
      ["a word taken away", "say ", async () => {
        await keys("say world");
        await type(viewer, "", 5);
      }],
      ["repeated letters", "ababab", async () => {
        await keys("abab");
        await type(viewer, "ab");
      }],
      ["a key that the field knows nothing of: what it knew of the line goes", "say he", async () => {
        await keys("say hello");
        for (let i = 0; i < 3; i++) await page.keyboard.press("Backspace");
        assert.equal(await page.inputValue(".xterm-helper-textarea"), "");
      }],
      ["Ctrl-C within a line, and keys at once", "say hello^Csay more", async () => {
        await keys("say hello");
        await page.keyboard.press("Control+c");
        await keys("say more");
      }],
      ["emoji, and another in its place", "say M-pM-^_M-^QM-^N", async () => {
        await keys("say 👍");
        await type(viewer, "👎", 2);
      }],
    ];
    for (const [what, wanted, act] of cases) assert.equal(await typed(viewer, act), wanted, what);

    const fingers = await page.context().newCDPSession(page);
    const compose = (text: string, replacing?: [from: number, to: number]) =>
      fingers.send("Input.imeSetComposition", {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
        ...(replacing && { replacementStart: replacing[0], replacementEnd: replacing[1] }),
      });
    const commit = (text: string) => fingers.send("Input.insertText", { text });
    const composed = await typed(viewer, async () => {
      for (const part of ["s", "sa", "sai"]) await compose(part);
      await commit("said ");
      await compose("teh");
      await commit("teh");
      // The word is taken up again, and corrected.
      await compose("the", [5, 8]);
      await commit("the");
      await keys("!");
    });
    assert.equal(composed, "said the!", "words that are composed");

    await viewer.type("clear; cat\r");
    await page.getByRole("button", { name: "Ctrl", exact: true }).tap();
    // No commit: the interrupt must not wait for one.
    await compose("c");
    await viewer.waitForText(/\^C\n\$ ?$/, SOON);
    await viewer.type("clear; echo $((6*7))\r");
    await viewer.waitForText(/^42\n/m, SOON);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium],
  "on a Mac, Option types the letters that it has there, unless it is chosen to be Meta",
  onePage({
    before: () => Object.defineProperty(navigator, "platform", { get: () => "MacIntel" }),
  }, async ({ viewer }) => {
    /** Option and a key, as a German Mac has it. */
    const option = (key: string, code: string, keyCode: number) =>
      viewer.page.evaluate(({ key, code, keyCode }) => {
        const field = document.querySelector(".xterm-helper-textarea")!;
        const down = { key, code, keyCode, which: keyCode, altKey: true, bubbles: true, cancelable: true };
        const press = key.codePointAt(0)!;
        if (field.dispatchEvent(new KeyboardEvent("keydown", down))) {
          field.dispatchEvent(
            new KeyboardEvent("keypress", { ...down, charCode: press, keyCode: press, which: press }),
          );
        }
        field.dispatchEvent(new KeyboardEvent("keyup", down));
      }, { key, code, keyCode });
    const letters = async () => {
      await option("@", "KeyL", 76);
      for (const [i, key] of ["[", "]", "|", "{", "}"].entries()) {
        await option(key, `Digit${i + 5}`, 53 + i);
      }
      await option("~", "KeyN", 78);
    };
    assert.equal(await typed(viewer, letters), "@[]|{}~");
    await viewer.page.click("#open-settings");
    await viewer.page.getByLabel("Option is the Meta key").check();
    await viewer.page.keyboard.press("Escape");
    await viewer.waitForText(PROMPT, SOON);
    assert.equal(await typed(viewer, () => option("@", "KeyL", 76)), "^[l");
    assert.deepEqual(viewer.complaints, []);
  }),
);
