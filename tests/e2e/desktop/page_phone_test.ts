/** A desktop on a phone: fingers, its keyboard, and the on-screen keys. */
import assert from "node:assert/strict";
import { testWith } from "../../support/needs.ts";
import { SOON } from "../scene.ts";
import { eventually } from "../web/web_eventually.ts";
import { desktopPage, type DesktopScene, inPage, PAINTED } from "./desktop_page.ts";
import { arrived } from "./input_words.ts";

const PHONE = {
  viewport: { width: 390, height: 760 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;

/** Fingers at places of the desktop, one step after the other; none: they leave. */
async function fingers(
  { page }: DesktopScene,
  ...steps: readonly (readonly (readonly [x: number, y: number])[])[]
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  let before = 0;
  for (const step of steps) {
    const places = await Promise.all(step.map(([x, y]) => inPage(page, x, y)));
    const type = step.length > before ? "touchStart" : step.length < before ? "touchEnd" : "touchMove";
    before = step.length;
    await session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: places.map(([x, y], id) => ({ x, y, id: id + 1 })),
    });
  }
  await session.detach();
}

testWith(
  PAINTED,
  "a finger is the pointer, two are the wheel and enlarge, and the on-screen keys are the desktop's",
  desktopPage({ page: PHONE }, async (scene) => {
    const { host, page } = scene;
    await fingers(scene, [[100, 100]], []);
    assert.deepEqual(await arrived(host, 2), ["+0@100,100", "-0@100,100"]);
    assert.deepEqual(host.places.at(-1), { x: 100, y: 100, holds: false });
    // Two at once.
    await fingers(scene, [[200, 50], [260, 50]], []);
    assert.deepEqual(await arrived(host, 2), ["+2@200,50", "-2@200,50"]);
    await fingers(scene, [[200, 50], [260, 50]], [[200, 90], [260, 90]], [[200, 150], [260, 150]], []);
    const [wheel] = await arrived(host, 1);
    assert.match(wheel!, /^wheel 0,-\d+$/);
    // Larger: then two fingers move it, and a tap is still where the finger is.
    const width = () => page.evaluate(() => document.querySelector(".desktop-screen")!.clientWidth);
    const before = await width();
    await fingers(scene, [[300, 180], [340, 180]], [[280, 180], [360, 180]], [[220, 180], [420, 180]], []);
    await eventually(width, (width) => width > before * 1.5, "a larger desktop");
    await fingers(scene, [[320, 170]], []);
    assert.deepEqual(await arrived(host, 2), ["+0@320,170", "-0@320,170"]);

    const tap = (name: string) => page.getByRole("button", { name, exact: true }).tap();
    await tap("Escape");
    assert.deepEqual(await arrived(host, 2), ["+Escape:Escape", "-Escape:Escape"]);
    await tap("Ctrl");
    await tap("Left");
    assert.deepEqual(await arrived(host, 4), [
      ...["+ControlLeft:Control", "+ArrowLeft:ArrowLeft", "-ArrowLeft:ArrowLeft", "-ControlLeft:Control"],
    ]);
    await tap("Pipe");
    assert.deepEqual(await arrived(host, 2), ["+:|", "-:|"]);
    // A phone's keyboard writes into a field, and corrects what it wrote.
    await tap("Keyboard");
    await page.keyboard.insertText("hullo");
    assert.deepEqual(await arrived(host, 1), ["text hullo"]);
    await page.evaluate(() => {
      const field = document.getElementById("desktop-keys") as HTMLTextAreaElement;
      field.value = "hello";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
    const fixed = await arrived(host, 9);
    assert.equal(fixed.filter((word) => word === "+Backspace:Backspace").length, 4);
    assert.equal(fixed.at(-1), "text ello");
    await tap("Ctrl");
    await page.keyboard.insertText("c");
    assert.deepEqual(await arrived(host, 4), [
      "+ControlLeft:Control",
      "+KeyC:c",
      "-KeyC:c",
      "-ControlLeft:Control",
    ]);
    // The terminal's again, once it is looked at.
    await page.getByRole("button", { name: "Terminal", exact: true }).tap();
    await page.locator(".xterm-helper-textarea").focus();
    await tap("Escape");
    assert.equal(host.events.length, 0);
  }),
);

for (
  const viewport of [{ width: 320, height: 560 }, { width: 390, height: 760 }, { width: 760, height: 390 }]
) {
  testWith(
    PAINTED,
    `on a phone of ${viewport.width} by ${viewport.height} all buttons are there, and the desktop is whole`,
    desktopPage({ page: { ...PHONE, viewport }, kind: { settings: { audio: true } } }, async ({ page }) => {
      const cut = () =>
        page.evaluate(() => {
          const all = [
            ...document.querySelectorAll<HTMLElement>("#desktop-bar button, #bar button, .desktop-screen"),
          ];
          return all.filter((element) => {
            if (element.offsetParent === null) return false;
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return left < 0 || right > innerWidth + 0.5 || top < 0 || bottom > innerHeight;
          }).map(({ ariaLabel, className, id }) => ariaLabel || id || className);
        });
      await eventually(cut, (cut) => cut.length === 0, "nothing that is cut");
      await page.getByRole("button", { name: "Clipboard" }).tap();
      const menu = page.getByRole("menu", { name: "Clipboard" });
      await menu.waitFor({ timeout: SOON });
      const { x, width } = (await menu.boundingBox())!;
      assert.ok(x >= 0 && x + width <= viewport.width, `the menu is at ${x}, ${width} wide`);
    }),
  );
}
