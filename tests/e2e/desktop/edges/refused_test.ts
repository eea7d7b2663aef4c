/** A desktop that can't be shared: one line that says what is missing and what to do, and the exit code of a failure or of wrong words. */
import assert from "node:assert/strict";
import { packEnvironment } from "../../../support/desktop_pack.ts";
import { linux, program, testWith } from "../../../support/needs.ts";
import { BEACH, Scene, START } from "../../scene.ts";

interface Refused {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: 1 | 2;
  readonly line: RegExp;
}

/** Without a display of this machine's person. */
const NONE = { DISPLAY: "", WAYLAND_DISPLAY: "", XDG_SESSION_TYPE: "" };

const REFUSED: Readonly<Record<string, Refused>> = {
  "DISPLAY is not set": {
    args: ["--desktop"],
    code: 1,
    line: /DISPLAY.*--desktop virtual/,
  },
  "Wayland without X": {
    args: ["--desktop"],
    env: { WAYLAND_DISPLAY: "wayland-0", XDG_SESSION_TYPE: "wayland" },
    code: 1,
    line: /Wayland.*--desktop browser/,
  },
  "no such display": {
    args: ["--desktop", ":4711"],
    code: 1,
    line: /:4711/,
  },
  "the pack is missing, and nobody can be asked": {
    args: ["--desktop", "virtual:640x480"],
    env: { XDG_DATA_HOME: "/nonexistent" },
    code: 1,
    line: /desktop pack.*beach desktop install/,
  },
  "no X display": { args: ["--desktop", "screen one"], code: 2, line: /--desktop.*"screen one".*virtual/ },
  "a size that no display has": { args: ["--desktop", "virtual:9x9"], code: 2, line: /virtual:9x9.*160/ },
  "no part of the screen": {
    args: ["--desktop", "virtual:640x480", "--desktop-area", "1x"],
    code: 2,
    line: /1x.*WxH\+X\+Y/,
  },
  "a monitor that is not there": {
    args: ["--desktop", "virtual:640x480", "--desktop-area", "HDMI-7"],
    code: 1,
    line: /HDMI-7.*screen/,
  },
  "a part beyond the screen": {
    args: ["--desktop", "virtual:640x480", "--desktop-area", "100x100+2000+0"],
    code: 1,
    line: /100x100\+2000\+0.*640x480/,
  },
  "a rate that no encoder keeps": {
    args: ["--desktop", "--desktop-bitrate", "1k"],
    code: 2,
    line: /--desktop-bitrate.*"1k".*200k/,
  },
  "a recording where the browser encodes": {
    args: ["--desktop", "browser", "--desktop-record", "/nonexistent/film.mkv"],
    code: 2,
    line: /--desktop-record.*--desktop browser/,
  },
  "no desktop, and no terminal": { args: ["--no-terminal"], code: 2, line: /--no-terminal.*--desktop/ },
};

for (const [name, { args, env = {}, code, line }] of Object.entries(REFUSED)) {
  testWith(
    [linux, program("Xvfb"), program("openbox")],
    `one line and exit ${code}: ${name}`,
    () =>
      Scene.play(async (scene) => {
        const host = scene.run([...BEACH, "host", "--headless", ...args], undefined, {
          ...packEnvironment(),
          ...NONE,
          ...env,
        });
        const ended = await host.waitForExit(START);
        assert.deepEqual([ended.code, ended.signal], [code, null], host.tail());
        const complaint = host.stderr.trim();
        assert.match(complaint, /^beach: [^\n]+$/);
        assert.match(complaint, line);
      }),
  );
}
