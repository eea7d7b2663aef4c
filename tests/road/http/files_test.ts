/** Connections are open files, and a process that needs one more than it may have stops listening, or dies. */
import assert from "node:assert/strict";
import { headless } from "../../e2e/headless.ts";
import { BEACH, Scene } from "../../e2e/scene.ts";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { openFilesOf, underFiles } from "../../support/open_files.ts";
import { Spawned } from "../../support/spawned.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";

/** Few enough to be all taken at once. */
const FILES = 256;
/** How long anything here may take, in ms. */
const SOON = 20_000;

/** Opens so many connections and says nothing on any; they close when it is disposed. */
class Idlers implements Disposable {
  private constructor(readonly all: readonly Deno.TcpConn[]) {}

  static async open(port: number, count: number): Promise<Idlers> {
    const all: Deno.TcpConn[] = [];
    for (let i = 0; i < count; i++) all.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    return new Idlers(all);
  }

  [Symbol.dispose](): void {
    for (const conn of this.all) conn.close();
  }
}

async function healthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(5_000) });
    return answer.ok && await answer.text() === "ok\n";
  } catch {
    return false;
  }
}

/** The same whether the road is alone or a host's own: more idle connections than there may be files. */
async function crowd(process: Spawned, port: number, full: RegExp): Promise<void> {
  {
    using _idle = await Idlers.open(port, FILES + 100);
    assert.ok(await healthy(port), "while they are there");
    await process.waitForOutput(full, SOON);
  }
  assert.ok(await healthy(port), "after them");
}

testWith([linux], "idle connections, more than there may be files, keep nobody out of a road", async () => {
  await using road = Spawned.start(underFiles(FILES, [...BEACH, "road", "--listen", "127.0.0.1:0"]));
  const [, port] = await road.waitForOutput(/http:\/\/127.0.0.1:(\d+)/, SOON);
  await crowd(road, Number(port), /connections_full limit=\w+ open=\d+ most=\d+/);
});

testWith([linux], "nor out of a host's own", async () => {
  const argv = [...BEACH, "host", "--headless", "--json", "--", "cat"];
  await using host = Spawned.start(underFiles(FILES, argv));
  const { road } = await host.waitForLine((line) => JSON.parse(line) as { road: string }, SOON, "its code");
  await crowd(host, Number(new URL(road).port), /Our road: connections_full/);
});

testWith(
  [linux],
  "a listener that failed for want of files listens again, and the road says so",
  async () => {
    // It knows no limit of files, so that its accept does fail.
    const program = new URL("../road_process.ts", import.meta.url).pathname;
    await using road = Spawned.start(underFiles(60, [Deno.execPath(), "run", "-A", "--quiet", program]));
    const { url } = await road.waitForLine(
      (line) => {
        const value = JSON.parse(line);
        return "startMs" in value ? value as { url: string } : undefined;
      },
      SOON,
      "the road",
    );
    const port = Number(new URL(url).port);
    {
      using _idle = await Idlers.open(port, 200);
      await poll(() => openFilesOf(road.pid) >= 59, SOON, "all files to be taken");
    }
    await road.waitForOutput(/"event":"listening_again"/, SOON);
    assert.ok(await healthy(port));
  },
);

testWith(
  [linux],
  "a host refuses viewers for whom no files are left, with a word to both, and lives",
  () =>
    Scene.play(async (scene) => {
      const { process, ready } = await headless(scene, { command: ["cat"], files: 72 });
      const viewers: TerminalDriver[] = [];
      let refused = 0;
      while (refused < 2 && viewers.length < 12) {
        const viewer = scene.join(ready.code);
        viewers.push(viewer);
        const said = await viewer.waitFor(
          () => ["session is full", "[?2026l"].find((words) => viewer.raw.includes(words)),
          SOON,
          "a screen or a refusal",
        );
        if (said.includes("full")) refused++;
      }
      assert.equal(refused, 2, "72 files are enough for twelve viewers?");
      assert.ok(viewers.length > 3, "at least two get in");
      await process.waitForOutput(/A viewer was refused: \d+ of 72 files are open/, SOON);
      // Those that are in work on.
      viewers[0]!.type("still here\r");
      await viewers[0]!.waitFor(() => viewers[0]!.raw.includes("still here"), SOON, "the echo");
    }),
);

testWith(
  [linux],
  "where fewer files may be open than a host or a road has by itself, neither begins: one line says what to do",
  async () => {
    for (const argv of [["host", "--headless", "--", "true"], ["road", "--listen", "127.0.0.1:0"]]) {
      await using run = Spawned.start(underFiles(40, [...BEACH, ...argv]));
      assert.equal((await run.waitForExit(SOON)).code, 1);
      assert.equal(
        run.stderr,
        'beach: Too few files may be open: "40"; wanted 64 or more. Try: ulimit -n 4096.\n',
      );
    }
  },
);
