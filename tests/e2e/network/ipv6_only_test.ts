/** A network that has IPv6 and nothing else: the address that the host prints is the one it listens on. */
import assert from "node:assert/strict";
import { Ipv6Pair } from "../../net/ipv6_pair.ts";
import { lab as needsLab, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

testWith([needsLab], "IPv6 alone: joined from a terminal there and from another machine", async () => {
  await using pair = await Ipv6Pair.create();
  await Scene.play(async (scene) => {
    const host = scene.terminal(pair.command("one", [...BEACH, "host", "--", ...SHELL]), { cols: 120 });
    const line = () => /beach join (\S+)\r*\n/.exec(host.raw)?.[1];
    const quoted = await host.waitFor(line, START, "a join code");
    // Else zsh takes it for a pattern.
    assert.match(quoted, /^"[^"]+"$/);
    const code = quoted.slice(1, -1);
    assert.ok(code.includes(`@[${pair.address("one")}]:`), code);
    for (const where of ["one", "two"] as const) {
      const viewer = scene.terminal(pair.command(where, [...BEACH, "join", code]), { cols: 120 });
      await viewer.waitForText(/^\$ ?$/m, START);
      viewer.type(`clear; echo ${where} $((6*7))\r`);
      await host.waitForText(new RegExp(`^${where} 42$`, "m"), SOON);
      viewer.type("\x1e.");
      assert.equal((await viewer.waitForExit(SOON)).code, 0);
    }
    scene.note();
    host.type("exit 3\r");
    assert.equal((await host.waitForExit(SOON)).code, 3);
  });
});
