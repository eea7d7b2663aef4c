/** The lines of `road/API.md` about a host's services, run as they stand. */
import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { chromium, program, testWith } from "../../support/needs.ts";
import { HttpService } from "./http_service.ts";
import { type InPage, NATIVE_ECHO, sessionPage } from "./page_scene.ts";

testWith(
  [chromium, program("python3")],
  "the examples of road/API.md run in a page as they stand",
  async () => {
    const [, example] = /```js\n([^`]*session\.services\(\)[\s\S]*?)```/.exec(
      await Deno.readTextFile(`${ROOT}road/API.md`),
    )!;
    await using service = await HttpService.start();
    await sessionPage(async (scene) => {
      await Deno.mkdir(scene.dir.join("shared"));
      return [
        ...["--native", `helper=${NATIVE_ECHO}`, "--serve", `models=${service.origin}`],
        ...["--files", scene.dir.join("shared")],
      ];
    }, async ({ page }) => {
      const asking = page.evaluate(async (example) => {
        const said: unknown[][] = [];
        const { session } = globalThis as unknown as InPage;
        const disconnected = Promise.withResolvers<void>();
        const run = new Function("session", "console", `return (async () => {${example}; return port; })()`);
        const console = { log: (...words: unknown[]) => void said.push(words) };
        const port = await run(session, console);
        port.onDisconnect.addListener(disconnected.resolve);
        port.postMessage({ do: "exit" });
        await disconnected.promise;
        return said.map((words) => words.map((word) => typeof word === "object" ? "object" : word).join(" "));
      }, example!);
      await service.event("hello");
      const said = await asking;
      const expected = [
        /^helper native$/,
        /^models http$/,
        /^object$/,
        /^object$/,
        /^data: hello\n\n$/,
        /^object$/,
        /^it ended$/,
        /^9 of 9 bytes$/,
        /^some text$/,
        /^notes.txt file 9$/,
        /\/paste-1\.txt$/,
        /^no-service .+/,
      ];
      for (const pattern of expected) {
        assert.ok(said.some((line) => pattern.test(line)), `${pattern} in ${JSON.stringify(said)}`);
      }
    });
  },
);
