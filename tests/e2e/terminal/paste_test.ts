import assert from "node:assert/strict";
import { linux, program, testWith } from "../../support/needs.ts";
import { poll, pollAsync } from "../../support/deadline.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

/** More than every buffer on the way holds: the terminal's, ours, the link's. */
const SIZE = 3 * 1024 * 1024;

/** A terminal that can be given megabytes: tmux feeds its pane as the program in it reads. */
function tmuxIn(scene: Scene): (...args: string[]) => Promise<string> {
  return async (...args) => {
    const run = scene.run(["tmux", "-S", scene.dir.join("tmux"), "-f", "/dev/null", ...args]);
    await run.waitForExit(SOON);
    return run.stdout;
  };
}

testWith(
  [linux, program("tmux")],
  "a paste of 3 MB waits where it must and arrives whole",
  () =>
    Scene.play(async (scene) => {
      const taken = scene.dir.join("taken");
      const command = ["bash", "-c", `stty raw -echo; echo ready; head -c ${SIZE} > ${taken}; echo all`];
      const { process, ready } = await headless(scene, { command });
      const text = Array.from({ length: SIZE / 16 }, (_, i) => i.toString(36).padStart(15, ".") + "\r").join(
        "",
      );
      const source = scene.dir.join("source");
      await Deno.writeTextFile(source, text);
      const tmux = tmuxIn(scene);
      await tmux("new-session", "-d", "-x", "80", "-y", "24", ...BEACH, "join", ready.code);
      try {
        await pollAsync(
          async () => (await tmux("capture-pane", "-p")).includes("ready"),
          START,
          "the screen",
        );
        await tmux("load-buffer", source);
        await tmux("paste-buffer", "-d");
        await poll(() => Deno.statSync(taken).size === SIZE, START, "the paste");
        assert.equal(await Deno.readTextFile(taken), text);
        assert.equal((await process.waitForExit(SOON)).code, 0);
      } finally {
        await tmux("kill-server");
      }
    }),
);

testWith(
  [linux, program("tmux")],
  "a paste into a program that reads nothing takes their commands neither from a viewer nor from the host",
  () =>
    Scene.play(async (scene) => {
      const tmux = tmuxIn(scene);
      const screen = (pane: string) => tmux("capture-pane", "-p", "-t", pane);
      const source = scene.dir.join("source");
      await Deno.writeTextFile(source, "0123456789abcde\r".repeat(SIZE / 16));
      const deaf = ["sh", "-c", "stty raw -echo; echo ready; exec sleep 1000"];
      await tmux("new-session", "-d", "-s", "host", "-x", "100", "-y", "24", ...BEACH, "host", "--", ...deaf);
      try {
        const code = await pollAsync(
          async () => /join (\w+-[\w-]+@\S+)/.exec(await screen("host"))?.[1],
          START,
          "the code",
        );
        await tmux("new-session", "-d", "-s", "viewer", "-x", "100", "-y", "24", ...BEACH, "join", code);
        await pollAsync(async () => (await screen("viewer")).includes("ready"), START, "the viewer's screen");
        await tmux("load-buffer", source);
        for (const [pane, help] of [["viewer", "[ looks back"], ["host", "c shows how to join"]] as const) {
          await tmux("paste-buffer", "-t", pane);
          // What comes at once behind a paste counts as part of it: it is asked again.
          await pollAsync(
            async () => {
              await tmux("send-keys", "-t", pane, "C-^", "?");
              return (await screen(pane)).includes(help);
            },
            START,
            `${pane}'s help`,
            300,
          );
        }
        await tmux("send-keys", "-t", "viewer", "C-^", ".");
        await pollAsync(
          async () => !(await tmux("list-sessions")).includes("viewer"),
          SOON,
          "the end of the viewer",
        );
      } finally {
        await tmux("kill-server");
      }
    }),
);
