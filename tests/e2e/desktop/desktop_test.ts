/** A desktop through the real host, WebRTC and Chromium: what changes there shows here, and what is done here happens there. */
import assert from "node:assert/strict";
import { poll, pollAsync } from "../../support/deadline.ts";
import { program, testWith } from "../../support/needs.ts";
import { descendants, isAlive, type ProcessRef, segmentsOf } from "../../support/process_tree.ts";
import { SOON } from "../scene.ts";
import { DESKTOP, type InPage, openDesktopPage, playDesktop, waitForWindow } from "./desktop_scene.ts";

const FIRST = "#c02020";
const SECOND = "#2020c0";
const VIEW = (ready: { readonly view_code: string; readonly url: string; readonly session: string }) => {
  const words = ready.view_code.split("@")[0]!.slice(ready.session.length + 1);
  return `${ready.url.split("#")[0]}#${words}`;
};

for (const how of ["video", "pictures"] as const) {
  testWith(
    DESKTOP,
    `the desktop shows as ${how}, and follows what changes`,
    () =>
      playDesktop(async ({ host, browser }) => {
        await host.sh(`xsetroot -solid '${FIRST}'`);
        const page = await openDesktopPage(browser, host.ready.url, how);
        await page.waitForColour(FIRST);
        await host.sh(`xsetroot -solid '${SECOND}'`);
        await page.waitForColour(SECOND);
        // A second viewer sees it at once, though nothing changes.
        const other = await openDesktopPage(browser, host.ready.url, how);
        await other.waitForColour(SECOND);
        await host.sh(`xsetroot -solid '${FIRST}'`);
        await Promise.all([page.waitForColour(FIRST), other.waitForColour(FIRST)]);
      }),
  );
}

testWith(
  DESKTOP,
  "over the relay alone the desktop comes as pictures",
  () =>
    playDesktop(async ({ host, browser }) => {
      await host.sh(`xsetroot -solid '${FIRST}'`);
      const page = await openDesktopPage(browser, host.ready.url);
      await page.waitForColour(FIRST, 20_000);
      assert.equal(
        await page.page.evaluate(() => (globalThis as unknown as InPage).desktop.path.how),
        "pictures",
      );
    }, ["--force-websocket"]),
);

testWith(
  DESKTOP,
  "what is typed and clicked at a viewer arrives exactly, also what the keyboard there does not have",
  () =>
    playDesktop(async ({ scene, host, browser }) => {
      const typed = scene.dir.join("typed");
      void host.sh(`exec xterm -u8 -geometry 60x10+0+0 -e sh -c 'cat > ${typed}' 2>/dev/null`).catch(
        () => {},
      );
      const { page } = await openDesktopPage(browser, host.ready.url);
      await waitForWindow(host, "xterm");
      await page.evaluate(() => {
        const { desktop: { input } } = globalThis as unknown as InPage;
        input.button(0, true, { x: 100, y: 60 });
        input.button(0, false, { x: 100, y: 60 });
        for (const key of ["h", "i", "Z"]) {
          input.press(`Key${key.toUpperCase()}`, key);
          input.release(`Key${key.toUpperCase()}`);
        }
        // A German keyboard's.
        input.press("Semicolon", "ö");
        input.release("Semicolon");
        input.text(" é日😀 ");
        input.press("Enter", "Enter");
        input.release("Enter");
        input.press("ControlLeft", "Control");
        input.press("KeyD", "d");
        input.release("KeyD");
        input.release("ControlLeft");
      });
      const read = () => {
        const text = tryRead(typed);
        return text?.endsWith("\n") ? text : undefined;
      };
      assert.equal(await poll(read, SOON, "what was typed"), "hiZö é日😀 \n");
    }),
);

function tryRead(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

testWith(
  [...DESKTOP],
  "who may only look sees it, is told so, and moves nothing even by lying",
  () =>
    playDesktop(async ({ host, browser }) => {
      await host.sh(`xsetroot -solid '${FIRST}'`);
      const page = await openDesktopPage(browser, VIEW(host.ready));
      await page.waitForColour(FIRST);
      const before = await host.sh("xdotool getmouselocation");
      const told = await page.page.evaluate(async () => {
        const { desktop } = globalThis as unknown as InPage;
        desktop.move({ x: 5, y: 5 });
        desktop.input.button(0, true, { x: 5, y: 5 });
        desktop.input.text("rm -rf");
        const refused = await desktop.paste("text/plain", new Uint8Array(1)).then(
          () => "",
          ({ code }) => code,
        );
        return { input: desktop.settings.input, clipboard: desktop.settings.clipboard, refused };
      });
      assert.deepEqual(told, { input: false, clipboard: "none", refused: "denied" });
      await host.sh(`xsetroot -solid '${SECOND}'`);
      await page.waitForColour(SECOND);
      assert.equal(await host.sh("xdotool getmouselocation"), before);
    }),
);

testWith(
  DESKTOP,
  "a key that a viewer holds is let go when the viewer falls silent",
  () =>
    playDesktop(async ({ scene, host, browser }) => {
      const typed = scene.dir.join("typed");
      void host.sh(`exec xterm -geometry 60x10+0+0 -e sh -c 'stty raw; cat > ${typed}' 2>/dev/null`).catch(
        () => {},
      );
      const { page } = await openDesktopPage(browser, host.ready.url);
      await waitForWindow(host, "xterm");
      await page.evaluate(() => {
        const { desktop: { input } } = globalThis as unknown as InPage;
        input.button(0, true, { x: 100, y: 60 });
        input.button(0, false, { x: 100, y: 60 });
        input.press("KeyX", "x");
      });
      // The X server repeats it.
      await poll(() => (tryRead(typed)?.length ?? 0) > 5, SOON, "a key that repeats");
      await page.context().close();
      let before = -1;
      await pollAsync(
        async () => {
          before = tryRead(typed)!.length;
          await new Promise((resolve) => setTimeout(resolve, 500));
          return tryRead(typed)!.length === before;
        },
        SOON,
        "the key is up",
      );
    }),
);

testWith(
  [...DESKTOP, program("xclip")],
  "the clipboard goes both ways, text and PNG, with a large one in parts",
  () =>
    playDesktop(async ({ host, browser }) => {
      const { page } = await openDesktopPage(browser, host.ready.url);
      await page.evaluate(async () => {
        const { desktop } = globalThis as unknown as InPage;
        await desktop.paste("text/plain", new TextEncoder().encode("grüße 日本 😀"));
      });
      assert.equal(await host.sh("xclip -selection clipboard -o -t UTF8_STRING"), "grüße 日本 😀");
      await page.evaluate(async () => {
        const { desktop } = globalThis as unknown as InPage;
        await desktop.paste("image/png", new Uint8Array(3_000_000).fill(7));
      });
      assert.equal(Number(await host.sh("xclip -selection clipboard -o -t image/png | wc -c")), 3_000_000);
      await host.sh("printf 'from there' | xclip -selection clipboard -i >/dev/null 2>&1");
      const got = await pollAsync(
        () =>
          page.evaluate(async () => {
            const { desktop, clips } = globalThis as unknown as InPage;
            const offer = clips.at(-1);
            return offer && new TextDecoder().decode(await desktop.clip(offer.id, "text/plain"));
          }),
        SOON,
        "what was copied there",
      );
      assert.equal(got, "from there");
    }),
);

testWith(
  DESKTOP,
  "kill -9 of the host leaves no display, no window manager and no shared memory",
  async () => {
    const ours: number[] = [];
    const left: ProcessRef[] = [];
    await playDesktop(async ({ host, browser }) => {
      const page = await openDesktopPage(browser, host.ready.url);
      await host.sh(`xsetroot -solid '${FIRST}'`);
      await page.waitForColour(FIRST);
      left.push(...descendants(host.process.pid));
      ours.push(host.process.pid, ...left.map(({ pid }) => pid));
      host.process.kill("SIGKILL");
      await host.process.exited;
    });
    assert.ok(left.some(({ name }) => name === "Xvfb"), left.map(({ name }) => name).join());
    await poll(() => !left.some(isAlive), SOON, "the end of all that the host had started");
    assert.deepEqual(segmentsOf(ours), []);
  },
);
