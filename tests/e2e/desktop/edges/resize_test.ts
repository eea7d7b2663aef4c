/** Another resolution and other monitors while somebody watches: followed without a new join, by video and by pictures, by input too. */
import assert from "node:assert/strict";
import { modeTimings } from "../../../cli/desktop/x11/x_server.ts";
import { program, testWith } from "../../../support/needs.ts";
import { pollAsync } from "../../../support/deadline.ts";
import { SOON } from "../../scene.ts";
import { DESKTOP, type DesktopPage, type InPage, openDesktopPage, playDesktop } from "../desktop_scene.ts";

const RESIZE = [...DESKTOP, program("xrandr"), program("xdotool")];
const FIRST = "#c02020";
const SECOND = "#2020c0";
const THIRD = "#20a020";

/** What makes Xvfb another size than the one it was started with: at most that, and each once. */
function resize(size: string): string {
  const [width, height] = size.split("x").map(Number) as [number, number];
  const mode = `test${size}`;
  return `xrandr --newmode ${mode} ${
    modeTimings(width, height).join(" ")
  } && xrandr --addmode screen ${mode} && xrandr --output screen --mode ${mode}`;
}

/** What the desktop is said to be in the page. */
const said = ({ page }: DesktopPage) =>
  page.evaluate(() => {
    const { desktop: { screen } } = globalThis as unknown as InPage;
    return `${screen.width}x${screen.height}`;
  });

/** The size of the picture that shows. */
const shown = ({ page }: DesktopPage) =>
  page.evaluate(() => {
    const { desktop } = globalThis as unknown as InPage;
    const video = desktop.element.querySelector("video")!;
    const canvas = desktop.element.querySelector("canvas")!;
    return desktop.path.how === "video"
      ? `${video.videoWidth}x${video.videoHeight}`
      : `${canvas.width}x${canvas.height}`;
  });

async function follows(page: DesktopPage, size: string): Promise<void> {
  const both = async () => JSON.stringify([await said(page), await shown(page)]);
  await pollAsync(
    async () => await both() === JSON.stringify([size, size]) || undefined,
    SOON,
    `the page at ${size}`,
  ).catch(async (error) => {
    throw new Error(`${error.message}: said and shown are ${await both()}`);
  });
}

for (const how of ["video", "pictures"] as const) {
  testWith(
    RESIZE,
    `another resolution shows as ${how} in the same session, and the pointer goes there`,
    () =>
      playDesktop(
        async ({ host, browser }) => {
          await host.sh(`xsetroot -solid '${FIRST}'`);
          const page = await openDesktopPage(browser, host.ready.url, how);
          await page.waitForColour(FIRST);
          await follows(page, "1024x768");
          for (
            const [size, colour] of [["640x480", SECOND], ["800x600", THIRD], ["1000x700", FIRST]] as const
          ) {
            await host.sh(resize(size));
            await host.sh(`xsetroot -solid '${colour}'`);
            await follows(page, size);
            await page.waitForColour(colour);
            const [width, height] = size.split("x").map(Number) as [number, number];
            await page.page.evaluate(([x, y]) => {
              (globalThis as unknown as InPage).desktop.move({ x: x!, y: y! });
            }, [width - 3, height - 4]);
            await pollAsync(
              async () =>
                (await host.sh("xdotool getmouselocation")).startsWith(`x:${width - 3} y:${height - 4} `) ||
                undefined,
              SOON,
              "the pointer in the new corner",
            );
          }
          assert.equal(
            await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how),
            how,
          );
        },
        [],
        { size: "1024x768" },
      ),
  );
}

testWith(
  RESIZE,
  "--desktop-area of a part shows that part, clipped where the screen gets smaller, and whole again",
  () =>
    playDesktop(
      async ({ host, browser }) => {
        await host.sh(`xsetroot -solid '${FIRST}'`);
        const page = await openDesktopPage(browser, host.ready.url);
        await page.waitForColour(FIRST);
        await follows(page, "400x300");
        await host.sh(resize("640x480"));
        await host.sh(`xsetroot -solid '${SECOND}'`);
        await follows(page, "340x280");
        await page.waitForColour(SECOND);
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.move({ x: 10, y: 20 }));
        await pollAsync(
          async () => (await host.sh("xdotool getmouselocation")).startsWith("x:310 y:220 ") || undefined,
          SOON,
          "the pointer within the part",
        );
        await host.sh(resize("720x560"));
        await host.sh(`xsetroot -solid '${THIRD}'`);
        await follows(page, "400x300");
        await page.waitForColour(THIRD);
      },
      ["--desktop-area", "400x300+300+200"],
      { size: "800x600" },
    ),
);
