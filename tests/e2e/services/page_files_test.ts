/** Files that a page sends to a host's folder and gets from there. */
import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { START } from "../scene.ts";
import { type InPage, sessionPage } from "./page_scene.ts";

testWith(
  [chromium],
  "a page sends files and gets them, checked, with progress; one that was stopped goes on where it was",
  () =>
    sessionPage(async (scene) => {
      const folder = scene.dir.join("shared");
      await Deno.mkdir(`${folder}/deep`, { recursive: true });
      await Deno.writeTextFile(`${folder}/deep/there.txt`, "from the host");
      await Deno.utime(`${folder}/deep/there.txt`, 1_600_000_000, 1_600_000_000);
      await Deno.symlink("/etc", `${folder}/out`);
      return ["--files", folder];
    }, async ({ page, scene }) => {
      const seen = await page.evaluate(async () => {
        const { session } = globalThis as unknown as InPage;
        const code = (work: Promise<unknown>) =>
          work.then(() => "done", (error) => typeof error.code === "string" ? error.code : error.name);
        // 12 MiB of which no two pieces are alike.
        const words = new Uint32Array(3 * 1024 * 1024);
        for (let i = 0, x = 1; i < words.length; i++) words[i] = x = Math.imul(x, 1664525) + 1013904223;
        const file = new File([words], "words", { lastModified: 1_500_000_000_000 });
        const first: number[] = [];
        const stop = new AbortController();
        const stopped = await code(session.upload(file, {
          signal: stop.signal,
          onprogress: ({ done }) => {
            first.push(done);
            if (done > 4 * 1024 * 1024) stop.abort();
          },
        }));
        const second: number[] = [];
        await session.upload(file, { onprogress: ({ done }) => void second.push(done) });
        await session.upload(new File(["ü"], "x"), { path: "deep/name with blank" });
        const progress: number[] = [];
        const got = await session.download("words", { onprogress: ({ done }) => void progress.push(done) });
        const same = new Uint32Array(await got.arrayBuffer()).every((word, i) => word === words[i]);
        const text = await session.download("deep/there.txt");
        const entries = (await Array.fromAsync(session.files("", { deep: true })))
          .map(({ path, kind, size }) => `${path} ${kind} ${kind === "file" ? size : ""}`).sort();
        return {
          stopped,
          goesOn: second[0]! > 0 && second[0]! <= first.at(-1)!,
          last: [second.at(-1), progress.at(-1), got.size],
          same,
          file: [got.name, got.lastModified, text.name, text.lastModified, await text.text()],
          entries,
          faults: [
            await code(session.download("none")),
            await code(session.download("../etc/passwd")),
            await code(session.download("out/passwd")),
            await code(session.download("deep")),
            await code(session.upload(file, { path: "/tmp/x" })),
            await code(session.files("none")[Symbol.asyncIterator]().next()),
          ],
        };
      });
      const size = 12 * 1024 * 1024;
      assert.deepEqual(seen, {
        stopped: "AbortError",
        goesOn: true,
        last: [size, size, size],
        same: true,
        file: ["words", 1_500_000_000_000, "there.txt", 1_600_000_000_000, "from the host"],
        entries: [
          "deep folder ",
          "deep/name with blank file 2",
          "deep/there.txt file 13",
          "out link ",
          `words file ${size}`,
        ],
        faults: ["missing", "path", "path", "kind", "path", "missing"],
      });
      const { mtime, mode } = await Deno.stat(scene.dir.join("shared/words"));
      assert.equal(mtime?.getTime(), 1_500_000_000_000);
      assert.equal(mode! & 0o777, 0o644);
    }),
);

testWith(
  [chromium],
  "what a page pastes is kept by the host until the session ends, pictures and text alone",
  () =>
    sessionPage(() => ["--files", "none"], async ({ page, host }) => {
      const [path, picture, refused] = await page.evaluate(async () => {
        const { session } = globalThis as unknown as InPage;
        return [
          await session.paste(new Blob(["a text"])),
          await session.paste(new Blob([new Uint8Array(3_000_000)], { type: "image/png" })),
          await session.paste(new Blob(["x"], { type: "text/html" })).then(
            () => "kept",
            (error) => error.code,
          ),
        ];
      });
      assert.equal(await Deno.readTextFile(path), "a text");
      assert.match(picture, /\/beach-paste-[^/]+\/paste-2\.png$/);
      assert.equal((await Deno.stat(picture)).mode! & 0o777, 0o600);
      assert.equal((await Deno.stat(picture)).size, 3_000_000);
      assert.equal(refused, "kind");
      host.process.kill("SIGTERM");
      await host.process.waitForExit(10_000);
      await assert.rejects(Deno.stat(picture), Deno.errors.NotFound);
    }),
);

/** Runs in the page: gets `words` until more than 9 MiB are there, then to its end. Returns where each try began, and the sum of it. */
async function twice(): Promise<
  { readonly stopped: string; readonly begins: number[]; readonly sum: string }
> {
  const { session } = globalThis as unknown as InPage;
  const begins: number[] = [];
  const get = (enough: number) => {
    const stop = new AbortController();
    let first = true;
    const onprogress = ({ done }: { done: number }) => {
      if (first) begins.push(done);
      first = false;
      if (done > enough) stop.abort();
    };
    return session.download("words", { resume: true, signal: stop.signal, onprogress });
  };
  const stopped = await get(9 * 1024 * 1024).then(() => "done", (error) => error.name);
  const file = await get(Infinity);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return { stopped, begins, sum: digest.toHex() };
}

/** Runs in the page: begins to get `words`, and settles in the middle, with the getting going on. */
function halfway(): Promise<void> {
  const { session } = globalThis as unknown as InPage;
  return new Promise((resolve) => {
    const onprogress = ({ done }: { done: number }) => void (done > 9 * 1024 * 1024 && resolve());
    session.download("words", { resume: true, onprogress }).catch(() => {});
  });
}

testWith(
  [chromium],
  "a download that was stopped goes on where it was; one of a page that was left goes on in the next",
  () =>
    sessionPage(async (scene) => {
      const folder = scene.dir.join("shared");
      await Deno.mkdir(folder);
      return ["--files", folder];
    }, async ({ page, scene }) => {
      // No two pieces are alike.
      const words = new Uint32Array(5 * 1024 * 1024).map((_, i) => Math.imul(i, 2_654_435_761));
      await Deno.writeFile(scene.dir.join("shared/words"), new Uint8Array(words.buffer));
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", words)).toHex();
      const check = (seen: Awaited<ReturnType<typeof twice>>, least: number) => {
        assert.deepEqual([seen.stopped, seen.sum], ["AbortError", sum]);
        assert.equal(seen.begins[0], 0);
        assert.ok(seen.begins[1]! >= least, `it went on at ${seen.begins[1]}`);
      };
      check(await page.evaluate(twice), 9 * 1024 * 1024);
      // What was whole left nothing behind: the next one begins at 0.
      await page.evaluate(halfway);
      await page.reload();
      await page.locator("#how").filter({ hasText: "joined" }).waitFor({ timeout: START });
      const seen = await page.evaluate(twice);
      assert.ok(seen.begins[0]! >= 4 * 1024 * 1024, `the new page went on at ${seen.begins[0]}`);
      assert.equal(seen.sum, sum);
      // A browser without such a place, as on plain http: the page's memory.
      await page.evaluate(() =>
        Object.defineProperty(navigator.storage, "getDirectory", { value: undefined })
      );
      check(await page.evaluate(twice), 9 * 1024 * 1024);
    }),
);
