/** Keys, pointer, fingers and the clipboard of a person at the page, as they arrive at the host. */
import assert from "node:assert/strict";
import { testWith } from "../../support/needs.ts";
import { SOON } from "../scene.ts";
import { eventually } from "../web/web_eventually.ts";
import { desktopPage, inPage, PAINTED } from "./desktop_page.ts";
import { arrived } from "./input_words.ts";
import type { PaintedHost } from "./painted_host.ts";

testWith(
  PAINTED,
  "keys by position and character, held ones let go when the page loses the keyboard; chords from the menu",
  desktopPage({}, async ({ host, page }) => {
    await page.mouse.click(...await inPage(page, 100, 100));
    assert.deepEqual(await arrived(host, 2), ["+0@100,100", "-0@100,100"]);
    await page.keyboard.down("Shift");
    await page.keyboard.press("A");
    await page.keyboard.up("Shift");
    assert.deepEqual(await arrived(host, 4), ["+ShiftLeft:Shift", "+KeyA:A", "-KeyA:A", "-ShiftLeft:Shift"]);
    // A German keyboard: the position of one key, the character of another.
    await page.evaluate(() => {
      const field = document.getElementById("desktop-keys")!;
      for (const type of ["keydown", "keyup"]) {
        field.dispatchEvent(
          new KeyboardEvent(type, { code: "KeyY", key: "z", bubbles: true, cancelable: true }),
        );
      }
    });
    assert.deepEqual(await arrived(host, 2), ["+KeyY:z", "-KeyY:z"]);
    await page.keyboard.insertText("日本😀é");
    assert.deepEqual(await arrived(host, 1), ["text 日本😀é"]);
    await page.keyboard.down("Control");
    await page.keyboard.down("x");
    const { places } = host;
    await eventually(
      () => Promise.resolve(places.filter(({ holds }) => holds).length),
      (held) => held >= 5,
      "that keys are held, said again and again",
    );
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    assert.deepEqual((await arrived(host, 4)).slice(2), ["-ControlLeft:Control", "-KeyX:x"]);
    await page.getByRole("button", { name: "Keys", exact: true }).click();
    await page.getByRole("menuitem", { name: "Ctrl-Alt-Delete" }).click();
    assert.deepEqual(await arrived(host, 6), [
      ...["+ControlLeft:Control", "+AltLeft:Alt", "+Delete:Delete"],
      ...["-Delete:Delete", "-AltLeft:Alt", "-ControlLeft:Control"],
    ]);
    // The keyboard is the desktop's again, and gets out.
    await page.keyboard.press("Tab");
    assert.deepEqual(await arrived(host, 2), ["+Tab:Tab", "-Tab:Tab"]);
    await page.keyboard.press("Control+Shift+ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Keys");
  }),
);

testWith(
  PAINTED,
  "the pointer shows at once and its places are the desktop's pixels; buttons, drags and the wheel",
  desktopPage({}, async ({ host, page }) => {
    await page.mouse.move(...await inPage(page, 200, 50));
    await eventually(
      () => Promise.resolve(host.places.at(-1)),
      (at) => at?.x === 200 && at.y === 50,
      "the place",
    );
    await page.mouse.down({ button: "right" });
    await page.mouse.move(...await inPage(page, 210, 60));
    await page.mouse.up({ button: "right" });
    await page.mouse.wheel(0, 120);
    const found = await arrived(host, 3);
    assert.deepEqual(found.slice(0, 2), ["+2@200,50", "-2@210,60"]);
    assert.match(found[2]!, /^wheel 0,[1-9]\d*$/);
    // Outside of it a press goes nowhere.
    const { y } = (await page.locator("#desktop-stage").boundingBox())!;
    await page.mouse.click(30, y + 3);
    await page.keyboard.press("q");
    assert.deepEqual(await arrived(host, 2), ["+KeyQ:q", "-KeyQ:q"]);
  }),
);

testWith(
  PAINTED,
  "who only watches sees that, and sends nothing",
  desktopPage({ view: true }, async ({ host, page }) => {
    await page.getByText("view only").first().waitFor({ timeout: SOON });
    await page.mouse.click(...await inPage(page, 100, 100));
    await page.getByText("You only watch this desktop").waitFor({ timeout: SOON });
    await page.keyboard.type("secret");
    assert.equal(await page.getByRole("button", { name: "Keys", exact: true }).isVisible(), false);
    assert.equal(await page.getByRole("button", { name: "Clipboard" }).isVisible(), false);
    // What it says is there before what it would have sent.
    await page.getByRole("button", { name: "Terminal", exact: true }).click();
    await eventually(
      () => Promise.resolve(host.said.findLast(({ is }) => is === "want")),
      (want) => want?.is === "want" && !want.value.visible,
      "that nobody looks",
    );
    assert.deepEqual(host.events, []);
    assert.deepEqual(host.places, []);
  }),
);

testWith(
  PAINTED,
  "the clipboard both ways: a paste is there before its key, what is copied there comes while the page is in use",
  desktopPage({ page: { permissions: ["clipboard-read", "clipboard-write"] } }, async ({ host, page }) => {
    await page.mouse.click(...await inPage(page, 10, 10));
    await arrived(host, 2);
    await page.evaluate(() => navigator.clipboard.writeText("grüße 😀"));
    await page.keyboard.press("Control+v");
    assert.deepEqual(await arrived(host, 4), [
      "+ControlLeft:Control",
      ...(await pasted(host, "grüße 😀")),
    ]);
    host.copied = new TextEncoder().encode("from the desktop");
    await host.say({ clipboard: { id: 7, types: ["TARGETS", "text/plain"] } });
    await eventually(
      () => page.evaluate(() => navigator.clipboard.readText()),
      (text) => text === "from the desktop",
      "what was copied there",
    );
    assert.deepEqual(host.heads.at(-1), { kind: "clip-get", id: 7, type: "text/plain" });
    // Switched off, nothing goes and nothing comes; the key does.
    for (const name of ["What I paste goes to the desktop", "What is copied there comes here"]) {
      await page.getByRole("button", { name: "Clipboard" }).click();
      await page.getByRole("menuitemcheckbox", { name }).click();
    }
    const before = host.heads.length;
    await host.say({ clipboard: { id: 8, types: ["text/plain"] } });
    await page.keyboard.press("Control+v");
    assert.equal((await arrived(host, 4)).length, 4);
    assert.equal(host.heads.length, before);
    assert.equal(host.clips.length, 1);
  }),
);

/** The events of the pasting key, once the host has what is pasted. */
async function pasted(host: PaintedHost, text: string): Promise<string[]> {
  await eventually(() => Promise.resolve(host.clips.length), (count) => count === 1, "the clipboard");
  assert.deepEqual(host.clips, [{ type: "text/plain", text }]);
  return ["+KeyV:v", "-KeyV:v", "-ControlLeft:Control"];
}

testWith(
  PAINTED,
  "a page over plain http offers what was copied on the desktop, and one that nobody uses gets nothing",
  desktopPage({
    // As a page over plain http is.
    before: () => Object.defineProperty(navigator, "clipboard", { get: () => undefined }),
  }, async ({ host, page }) => {
    host.copied = new TextEncoder().encode("over plain http");
    await host.say({ clipboard: { id: 1, types: ["text/plain"] } });
    // What the host says next is there after it; nobody has pressed anything yet.
    await host.say({ notice: "after it" });
    await page.getByText("after it").waitFor({ timeout: SOON });
    assert.equal(host.heads.some(({ kind }) => kind === "clip-get"), false);
    await page.mouse.click(...await inPage(page, 10, 10));
    await page.getByText("Copied on the desktop: “over plain http”").waitFor({ timeout: SOON });
    await page.getByRole("button", { name: "Copy here" }).click();
    await page.getByText("Copied on the desktop").waitFor({ state: "detached", timeout: SOON });
  }),
);
