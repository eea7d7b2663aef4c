/** What a viewer's page shows of a desktop, and how. */
import assert from "node:assert/strict";
import { testWith } from "../../support/needs.ts";
import { jpegOf, pngOf } from "./plain_images.ts";
import { SOON, START } from "../scene.ts";
import { eventually } from "../web/web_eventually.ts";
import { desktopPage, PAINTED, pixel } from "./desktop_page.ts";

const close = (found: readonly number[], wanted: readonly number[]) =>
  found.every((part, i) => Math.abs(part - wanted[i]!) < 12);

testWith(
  PAINTED,
  "a desktop without an encoder shows as pictures over data, tile by tile, each said to be shown",
  desktopPage({}, async ({ host, page }) => {
    const whole = { x: 0, y: 0, width: 640, height: 360, jpeg: await jpegOf("0x0000ff", 640, 360) };
    const number = await host.paint(whole);
    await eventually(() => Promise.resolve(host.shown), (shown) => shown === number, "the first picture");
    assert.ok(close(await pixel(page, 10, 10), [0, 0, 255]));
    const tile = await jpegOf("0xff0000", 64, 32);
    const second = await host.paint(
      { x: 320, y: 160, width: 64, height: 32, jpeg: tile },
      { x: 0, y: 328, width: 64, height: 32, jpeg: tile },
    );
    await eventually(() => Promise.resolve(host.shown), (shown) => shown === second, "the tiles");
    for (
      const [x, y, colour] of [[330, 170, [255, 0, 0]], [5, 350, [255, 0, 0]], [300, 170, [
        0,
        0,
        255,
      ]]] as const
    ) {
      assert.ok(close(await pixel(page, x, y), colour), `${x},${y}: ${await pixel(page, x, y)}`);
    }
    // The host hears why, and how old they were; nothing was asked of it twice.
    const want = host.said.findLast(({ is }) => is === "want");
    assert.ok(
      want?.is === "want" && want.value.how === "pictures" && want.value.why === "this host has no encoder",
    );
    const age = await eventually(
      () => Promise.resolve(host.said.find(({ is }) => is === "age")),
      (said) => said !== undefined,
      "the age of a picture",
    );
    assert.ok(age?.is === "age" && age.value.ms < 2000 && age.value.shown >= 1, JSON.stringify(age));
    assert.deepEqual(host.heads.map(({ kind }) => kind), ["show", "media", "pictures"]);
    // A tile of another size than its head says is not painted: the stream begins anew.
    await host.paint({ x: 0, y: 0, width: 32, height: 32, jpeg: tile });
    await eventually(
      () => Promise.resolve(host.heads.filter(({ kind }) => kind === "pictures").length),
      (opened) => opened === 2,
      "the stream of pictures again",
    );
    assert.ok(close(await pixel(page, 10, 10), [0, 0, 255]));
  }),
);

testWith(
  PAINTED,
  "a new size is followed; numbers, the pointer's image and place show; what the person chose is said",
  desktopPage({}, async ({ host, page }) => {
    await host.paint({ x: 0, y: 0, width: 640, height: 360, jpeg: await jpegOf("green", 640, 360) });
    const png = (await pngOf("white", 16, 16)).toBase64();
    await host.say({ cursor: { id: 1, width: 16, height: 16, x: 3, y: 4, png } });
    await host.say({ pointer: [320, 180] });
    const pointer = () =>
      page.evaluate(() => {
        const { style } = document.querySelectorAll<HTMLElement>(".desktop-screen > canvas")[1]!;
        return [style.display, style.left, style.top, style.width];
      });
    await eventually(pointer, ([display]) => display === "block", "the pointer");
    const [, ...places] = await pointer();
    for (const [i, wanted] of [317 / 6.4, 176 / 3.6, 2.5].entries()) {
      assert.ok(Math.abs(parseFloat(places[i]!) - wanted) < 0.01, places.join(" "));
    }
    await host.say({ cursor: null });
    await eventually(pointer, ([display]) => display === "none", "no pointer");
    await page.getByRole("button", { name: "Numbers" }).click();
    await page.locator("#desktop-hud").filter({ hasText: /Size\s*640 × 360[^]*Path\s*pictures over data/ })
      .waitFor({ timeout: SOON });
    await host.say({ screen: { width: 320, height: 240, monitors: [] } });
    await page.getByRole("img", { name: "The host's desktop, 320 by 240" }).waitFor({ timeout: SOON });
    await host.say({ notice: "The \u202eencoder is slow" });
    await page.getByText("The encoder is slow").waitFor({ timeout: SOON });
    await page.getByRole("button", { name: "Pictures and settings" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Pictures: over data" }).click();
    const wanted = () => Promise.resolve(host.said.findLast(({ is }) => is === "want"));
    await eventually(
      wanted,
      (said) => said?.is === "want" && said.value.why === "chosen by you",
      "the person's choice at the host",
    );
    await page.getByRole("button", { name: "Pictures and settings" }).click();
    await page.getByRole("menuitem", { name: /Settings/ }).click();
    await page.getByLabel("Best for").selectOption({ index: 2 });
    await eventually(
      () => Promise.resolve(host.said.findLast(({ is }) => is === "set")),
      (said) => said?.is === "set" && said.value.preset === "motion",
      "the setting at the host",
    );
    await page.keyboard.press("Escape");
  }),
);

testWith(
  PAINTED,
  "a desktop without a terminal beside it has the page for itself",
  desktopPage(
    { kind: { settings: { terminal: false } }, page: { viewport: { width: 1300, height: 700 } } },
    async ({ page }) => {
      const { width } = (await page.locator("#desktop").boundingBox())!;
      assert.equal(width, 1300);
      assert.equal(await page.locator("#views").isVisible(), false);
      assert.equal(await page.locator("#open-search").isVisible(), false);
    },
  ),
);

testWith(
  PAINTED,
  "sound is asked for by its button alone; full screen, pixel by pixel, and back",
  desktopPage({ kind: { width: 1600, height: 900, settings: { audio: true } } }, async ({ host, page }) => {
    const audio = () => {
      const want = host.said.findLast(({ is }) => is === "want");
      return Promise.resolve(want?.is === "want" && want.value.audio);
    };
    await eventually(
      () => Promise.resolve(host.said.some(({ is }) => is === "want")),
      (said) => said,
      "a wish",
    );
    assert.equal(await audio(), false);
    await page.getByRole("button", { name: "Sound" }).click();
    await eventually(audio, (audio) => audio === true, "the wish for sound");
    await page.getByRole("button", { name: "Sound", pressed: true }).click();
    await eventually(audio, (audio) => audio === false, "silence");

    const width = () => page.evaluate(() => document.querySelector(".desktop-screen")!.clientWidth);
    const all = await width();
    assert.ok(all <= 900, `${all}`);
    await page.getByRole("button", { name: "Pixel by pixel" }).click();
    await eventually(width, (width) => width === 1600, "each pixel as one");
    await page.getByRole("button", { name: "All of it" }).click();
    await eventually(width, (width) => width === all, "all of it");
    await page.getByRole("button", { name: "Full screen" }).click();
    const full = () => page.evaluate(() => document.fullscreenElement?.id);
    await eventually(full, (id) => id === "desktop", "full screen");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "desktop-keys");
    // The buttons come with the pointer.
    const opacity = () =>
      page.evaluate(() => getComputedStyle(document.getElementById("desktop-bar")!).opacity);
    await page.mouse.move(400, 300);
    await eventually(opacity, (opacity) => opacity === "0", "no buttons");
    await page.mouse.move(400, 8);
    await eventually(opacity, (opacity) => opacity === "1", "the buttons");
    await page.getByRole("button", { name: "Full screen" }).click();
    await eventually(full, (id) => id === undefined, "the page");
  }),
);

testWith(
  PAINTED,
  "a desktop that goes away is said, and comes back by itself; a hidden one gets no pictures",
  desktopPage({}, async ({ host, page }) => {
    await host.paint({ x: 0, y: 0, width: 640, height: 360, jpeg: await jpegOf("green", 640, 360) });
    host.reset("gone", "the X server ended");
    await page.getByText("the X server ended").waitFor({ timeout: SOON });
    await eventually(
      () => Promise.resolve(host.heads.filter(({ kind }) => kind === "show").length),
      (opened) => opened === 2,
      "the desktop again",
    );
    await page.waitForSelector("#desktop-away", { state: "hidden", timeout: SOON });
    await page.getByRole("button", { name: "Terminal", exact: true }).click();
    const visible = () => {
      const want = host.said.findLast(({ is }) => is === "want");
      return Promise.resolve(want?.is === "want" && want.value.visible);
    };
    await eventually(visible, (visible) => visible === false, "that nobody looks");
    assert.equal(await page.locator("#desktop").isVisible(), false);
    await page.getByRole("button", { name: "Desktop", exact: true }).click();
    await eventually(visible, (visible) => visible === true, "that somebody looks");
    host.reset("denied", "the host took its grant back");
    await page.getByText("The desktop is gone: the host took its grant back.").waitFor({ timeout: START });
  }),
);
