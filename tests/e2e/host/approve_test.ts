/** `--approve`: what the host's person is asked is what the answer decides. */
import assert from "node:assert/strict";
import { poll } from "../../support/deadline.ts";
import { unread } from "../../support/tty_unread.ts";
import { glibc, linux, testWith } from "../../support/needs.ts";
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { Scene, SOON, START } from "../scene.ts";

const [YES, NO, LEAVE] = ["\x1ey", "\x1en", "\x1e."];
const FORGED = "Bob” only wants to watch. Ctrl-^ y lets them, Ctrl-^ n refuses";

/** The question, which lies over the last row. */
const asks = (host: TerminalDriver, pattern: RegExp) =>
  host.waitFor(() => pattern.test(host.screenText().split("\n").at(-1)!), START, `${pattern} asked`);

testWith(
  [linux],
  "approve: the role and the keys are seen whatever the name, in any window",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ args: ["--approve"] });
      const viewer = scene.join(code, { args: ["--name", FORGED] });
      await asks(
        host,
        /^ Someone wants to type: Ctrl-\^ y allows, Ctrl-\^ n refuses\. Name: "Bob” only.*…"$/,
      );
      host.resize(30, 10);
      await asks(host, /^ Ctrl-\^ y\/n: type\? "Bob” onl…"$/);
      host.resize(15, 10);
      await asks(host, /^ Ctrl-\^ y\/n: t/);
      host.type(YES);
      await viewer.waitForText(/^\$ ?$/m, START);
    }),
);

testWith(
  [linux],
  "approve: the questions of those who left vanish, and the answer is the next one's",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code, viewCode } = await scene.host({ args: ["--approve"] });
      const join = (name: string) => scene.join(code, { args: ["--name", name] });
      const first = join("first");
      await asks(host, /Name: "first"/);
      const second = join("second");
      await second.waitForText(/the host has to approve/, START);
      // Half an answer to a question that is gone is none to the next.
      host.type("\x1e");
      first.type(LEAVE);
      await asks(host, /Name: "second"/);
      host.type("y");
      second.type(LEAVE);
      for (const viewer of [first, second]) assert.equal((await viewer.waitForExit(SOON)).code, 0);
      await asks(host, /^(?!.*wants to)/);
      const third = scene.join(viewCode, { args: ["--name", "third"] });
      await asks(host, /wants to watch: .* Name: "third"/);
      host.type(YES);
      await third.waitForText(/^\$ ?$/m, START);
      await asks(host, /^(?!.*wants to)/);
      host.type("echo on $((6*7))\r");
      await third.waitForText(/^on 42$/m, SOON);
      assert.doesNotMatch(host.historyText(), /\$ y/);
    }),
);

testWith(
  [linux],
  "approve: with --wait-for-peer the first viewer is asked about too, and Ctrl-C ends the wait",
  () =>
    Scene.play(async (scene) => {
      const args = ["--approve", "--wait-for-peer"];
      const { term: host, code } = await scene.host({ args });
      const viewer = scene.join(code, { args: ["--name", "Ada"] });
      await asks(host, /Name: "Ada"$/);
      host.type(YES);
      for (const term of [host, viewer]) await term.waitForText(/^\$ ?$/m, START);
      viewer.type("exit 3\r");
      for (const term of [host, viewer]) assert.equal((await term.waitForExit(SOON)).code, 3);
      const other = await scene.host({ args });
      const refused = scene.join(other.code);
      await asks(other.term, /wants to type/);
      other.term.type(NO);
      assert.equal((await refused.waitForExit(SOON)).code, 1);
      other.term.type("\x03");
      assert.equal((await other.term.waitForExit(SOON)).code, 1);
      assert.match(other.term.screenText(), /^beach: ended by SIGINT$/m);
    }),
);

testWith(
  [glibc],
  "approve: who waits leaves with Ctrl-C at once, and what was typed meanwhile is typed nowhere",
  () =>
    Scene.play(async (scene) => {
      const { term: host, code } = await scene.host({ args: ["--approve"] });
      const impatient = scene.join(code);
      await impatient.waitForText(/the host has to approve \(Ctrl-C gives up\)/, START);
      impatient.type("\x03");
      assert.equal((await impatient.waitForExit(SOON)).code, 130);
      assert.match(impatient.screenText(), /^Gave up on \w+\.$/m);
      await asks(host, /^(?!.*wants to)/);
      const patient = scene.join(code, { args: ["--name", "Ada"] });
      await patient.waitForText(/the host has to approve/, START);
      patient.type("echo lost $((6*7))\r");
      // What it has not read by then is typed after the answer.
      await poll(() => unread(patient.pid) === 0, SOON, "its keys to be read");
      await asks(host, /Name: "Ada"/);
      host.type(YES);
      await patient.waitForText(/^\$ ?$/m, START);
      patient.type("echo after $((6*7))\r");
      await patient.waitForText(/^after 42$/m, SOON);
      assert.doesNotMatch(host.historyText(), /lost/);
    }),
);
