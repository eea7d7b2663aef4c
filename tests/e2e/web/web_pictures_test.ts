/** Pictures that programs print, in the page: as pixels, by every protocol, also for who joins later. */
import assert from "node:assert/strict";
import { ViewerPage } from "../../support/browser.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { iterm, kitty, png, sixel } from "../../support/pictures.ts";
import { SOON, START } from "../scene.ts";
import { eventually } from "./web_eventually.ts";
import { onePage, PROMPT } from "./web_scene.ts";

/** The colour of the pixel in the middle of a cell, as `r,g,b`, as a person sees it. */
async function colourAt(viewer: ViewerPage, row: number, col: number): Promise<string> {
  const box = (await viewer.page.locator(".xterm-screen").boundingBox())!;
  const { cols, rows } = await viewer.size();
  const [width, height] = [box.width / cols, box.height / rows];
  const clip = { x: box.x + (col + 0.5) * width, y: box.y + (row + 0.5) * height, width: 1, height: 1 };
  const shot = await viewer.page.screenshot({ clip });
  return await viewer.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const context = new OffscreenCanvas(1, 1).getContext("2d")!;
    context.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
    return context.getImageData(0, 0, 1, 1).data.slice(0, 3).join();
  }, btoa(String.fromCharCode(...shot)));
}

const shows = (viewer: ViewerPage, row: number, col: number, colour: string) =>
  eventually(
    () => colourAt(viewer, row, col),
    (seen) => seen === colour,
    `${colour} in row ${row}, column ${col}`,
    SOON,
  );

const drawn = (viewer: ViewerPage, wanted: boolean) =>
  eventually(() => viewer.page.locator(".pictures").isVisible(), (seen) => seen === wanted, "pictures");

const PICTURES = [
  { name: "sixel", bytes: sixel(100, 60, [0, 100, 0]), colour: "0,255,0" },
  { name: "iterm", bytes: iterm(png(100, 60, [255, 0, 0])), colour: "255,0,0" },
  { name: "kitty", bytes: kitty(png(100, 60, [0, 0, 255])), colour: "0,0,255" },
];

testWith(
  [chromium],
  "sixel, iTerm and kitty pictures are shown in the page, to who is there, who comes later, and who looks back",
  onePage({}, async ({ viewer, host, browser, scene }) => {
    const files: string[] = [];
    for (const { name, bytes } of PICTURES) {
      files.push(scene.dir.join(name));
      await Deno.writeTextFile(files.at(-1)!, `${bytes}\n`);
    }
    await viewer.type(`clear; cat ${files.join(" ")}; echo end\r`);
    await viewer.waitForText(/^end$/m, SOON);
    const later = await ViewerPage.open(browser, host.viewUrl);
    await later.waitForText(/^end$/m, START);
    for (const page of [viewer, later]) {
      const rows = (await page.text()).split("\n");
      const tops = rows.flatMap((row, y) => row.startsWith("┌────────┐") ? [y] : []);
      assert.equal(tops.length, 3, rows.join("\n"));
      for (const [i, { colour }] of PICTURES.entries()) await shows(page, tops[i]! + 1, 4, colour);
      assert.deepEqual(page.complaints, []);
    }
    // Text over it, and what was erased.
    await viewer.type("printf '\\e[2;3Hover\\e[20;1H'\r");
    await viewer.waitForText(/│ over/, SOON);
    await shows(viewer, 1, 8, "0,255,0");
    assert.notEqual(await colourAt(viewer, 1, 3), "0,255,0");
    await viewer.type("clear\r");
    await viewer.waitForText(PROMPT, SOON);
    await drawn(viewer, false);
    // In history, and behind another screen.
    await viewer.type(
      `cat ${files[1]}; seq 100; printf '\\e[?1049h\\e[Hfull'; sleep 1; printf '\\e[?1049l'\r`,
    );
    await viewer.waitForText(/^full/m, SOON);
    await drawn(viewer, false);
    await viewer.waitForText(/^100\n\$/m, SOON);
    for (const page of [viewer, later]) {
      await page.waitForText(/┌────────┐[^]*^100$/m, SOON, true);
      await page.page.evaluate(() => {
        const { terminal } = document.getElementById("screen") as unknown as {
          terminal: { scrollToTop(): void };
        };
        terminal.scrollToTop();
      });
      await drawn(page, true);
    }
  }),
);

testWith(
  [chromium],
  "pictures that are none, or of a billion pixels, stay boxes, and the page goes on",
  onePage({}, async ({ viewer, scene }) => {
    const vast = png(2, 2);
    new DataView(vast.buffer).setUint32(16, 30_000);
    new DataView(vast.buffer).setUint32(20, 30_000);
    const broken = png(100, 60);
    broken.fill(0, 40);
    const endless = `\x1bPq"1;1;100;60${"!100~$".repeat(600_000)}\x1b\\`;
    const file = scene.dir.join("hostile");
    await Deno.writeTextFile(
      file,
      `${iterm(vast, "inline=1;width=40;height=4;preserveAspectRatio=0")}\n${iterm(broken)}\n${endless}\n`,
    );
    await viewer.type(`clear; cat ${file}; echo end\r`);
    await viewer.waitForText(/picture 30000x30000[^]*┌────────┐[^]*┌────────┐[^]*^end$/m, START);
    await viewer.type("echo alive\r");
    await viewer.waitForText(/^alive$/m, SOON);
    const background = await colourAt(viewer, 20, 60);
    assert.equal(await colourAt(viewer, 1, 30), background);
    assert.deepEqual(viewer.complaints, []);
  }),
);

testWith(
  [chromium, program("img2sixel"), program("chafa")],
  "what img2sixel and chafa print is shown",
  onePage({ page: { viewport: { width: 1000, height: 1000 } } }, async ({ viewer }) => {
    const icon = `${import.meta.dirname}/../../../road/web/icon-192.png`;
    const formats = ["sixel", "iterm", "kitty"];
    const commands = [`img2sixel ${icon}`, ...formats.map((format) => `chafa -f ${format} -s 20x8 ${icon}`)];
    for (const [i, command] of commands.entries()) {
      await viewer.type(`clear; ${command}; echo; echo end${i}\r`);
      await viewer.waitForText(new RegExp(`^┌[^]*^end${i}$`, "m"), SOON);
      const rows = (await viewer.text()).split("\n");
      const top = rows.findIndex((row) => row.startsWith("┌"));
      const bottom = rows.findIndex((row, y) => y > top && row.startsWith("└"));
      const background = await colourAt(viewer, bottom, 60);
      await eventually(
        () => colourAt(viewer, bottom - 1, rows[bottom]!.lastIndexOf("┘") >> 1),
        (colour) => colour !== background,
        `the icon by ${command}`,
      );
    }
    assert.deepEqual(viewer.complaints, []);
  }),
);
