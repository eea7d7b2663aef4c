/** Codes and passphrases that need not stand on a command line: asked for, or read from a pipe. */
import assert from "node:assert/strict";
import { linux, testWith } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SHELL, SOON, START } from "../scene.ts";

const PASSPHRASE = "grüne Ente um acht";

testWith(
  [linux],
  "a code is asked for, or read from stdin, and keys come from the terminal",
  () =>
    Scene.play(async (scene) => {
      const { ready } = await headless(scene);
      const asked = scene.terminal([...BEACH, "join"]);
      await asked.waitForText(/^Join code: ?$/m, START);
      assert.match(
        asked.raw,
        /Join code:\r\n/,
        "what Deno clears when it has loaded everything is another line",
      );
      asked.type(`xx\x7f\x7f${ready.code}\r`);
      await asked.waitForText(/^\$ ?$/m, START);
      const piped = scene.terminal(["sh", "-c", `echo ${ready.code} | ${BEACH.join(" ")} join -`]);
      await piped.waitForText(/^\$ ?$/m, START);
      piped.type("echo typed $((6*7))\r");
      await asked.waitForText(/^typed 42$/m, SOON);
      const given = scene.terminal([...BEACH, "join"]);
      await given.waitForText(/^Join code: ?$/m, START);
      given.type("7kq\x03");
      assert.equal((await given.waitForExit(SOON)).code, 2);
      assert.match(given.screenText(), /^beach: Nothing was entered\./m);
    }),
);

testWith(
  [linux],
  "a passphrase is asked for at both ends, and never shown",
  () =>
    Scene.play(async (scene) => {
      const host = scene.terminal([...BEACH, "host", "--passphrase", "--", ...SHELL]);
      await host.waitForText(/^Passphrase for those who join: ?$/m, START);
      host.type(`${PASSPHRASE}\r`);
      await host.waitForText(/^The same again: ?$/m, SOON);
      host.type(`${PASSPHRASE}\r`);
      const code = await host.waitFor(
        () => /beach join (\S+) {2}\(and the passphrase\)/.exec(host.raw)?.[1],
        START,
        "a code",
      );
      const viewer = scene.join(code);
      await viewer.waitForText(
        /is the session's id alone\. Its secret words, or its\s+passphrase: ?$/m,
        START,
      );
      viewer.type(`${PASSPHRASE}\r`);
      await viewer.waitForText(/^\$ ?$/m, START);
      for (const term of [host, viewer]) assert.ok(!term.raw.includes("Ente"), term.raw);
    }),
);

testWith(
  [linux],
  "an id alone asks for the words too, and says without a terminal what is missing",
  () =>
    Scene.play(async (scene) => {
      const { ready } = await headless(scene);
      const [, words] = /-view-([a-z-]+)@/.exec(ready.view_code)!;
      const viewer = scene.join(ready.session, { args: ["--road", ready.road] });
      await viewer.waitForText(/Its secret words/, START);
      viewer.type(`view ${words!.replaceAll("-", " ")}\r`);
      await viewer.waitForText(/^\$ ?$/m, START);
      const piped = scene.run([...BEACH, "join", ready.session, "--road", ready.road]);
      assert.equal((await piped.waitForExit(START)).code, 2);
      assert.match(
        piped.stderr,
        /^beach: The code is a session's id alone: its secret is missing: "\w+"; wanted the whole code, as in /,
      );
      const none = scene.run([...BEACH, "join"]);
      assert.equal((await none.waitForExit(START)).code, 2);
      assert.match(none.stderr, /^beach: No join code was given\. Try: beach join /);
    }),
);

testWith([linux], "a weak passphrase is refused with words", () =>
  Scene.play(async (scene) => {
    const host = scene.run([...BEACH, "host", "--headless", "--passphrase", "abc"]);
    assert.equal((await host.waitForExit(START)).code, 2);
    assert.match(
      host.stderr,
      /^beach: The passphrase is too weak: it has 3 characters; wanted at least 8 characters/,
    );
    const asked = scene.run([...BEACH, "host", "--headless", "--passphrase", "--json"]);
    assert.equal((await asked.waitForExit(START)).code, 2);
    assert.match(
      asked.stderr + asked.stdout,
      /there is no terminal to ask for it\. Try --passphrase-file F\./,
    );
  }));
