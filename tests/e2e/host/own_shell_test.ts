/** `beach host` without a command. */
import { linux, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

for (const [shell, name] of [["/bin/bash", "/bin/bash"], ["", "/bin/sh"]] as const) {
  testWith(
    [linux],
    `without a command the person's shell is shared: SHELL="${shell}"`,
    () =>
      Scene.play(async (scene) => {
        const host = scene.terminal([...BEACH, "host"], { env: { SHELL: shell, ENV: undefined } });
        await host.waitForText(/[$#] ?$/, START);
        host.type('echo "this is <$0>"; exit\r');
        await host.waitForText(new RegExp(`^this is <${name}>$`, "m"), SOON);
        await host.waitForExit(SOON);
      }),
  );
}
