import assert from "node:assert/strict";
import { argumentSpans, variableSpans } from "../../../cli/process/scrub.ts";
import { linux, testWith } from "../../support/needs.ts";
import { descendants } from "../../support/process_tree.ts";
import { headless } from "../../e2e/headless.ts";
import { Scene, SOON, START } from "../../e2e/scene.ts";

const bytes = (...entries: string[]) => new TextEncoder().encode(entries.map((text) => text + "\0").join(""));
const texts = (whole: Uint8Array, spans: ReturnType<typeof argumentSpans>) =>
  spans.map(({ from, to }) => new TextDecoder().decode(whole.subarray(from, to)));

Deno.test("scrub: the values of variables, by their whole names", () => {
  const environ = bytes("A=1", "BEACH_PASSPHRASE=öpen", "XBEACH_PASSPHRASE=no", "BEACH_PASSPHRASES=no", "B=");
  assert.deepEqual(texts(environ, variableSpans(environ, ["BEACH_PASSPHRASE", "B"])), ["öpen"]);
  assert.deepEqual(variableSpans(new Uint8Array(), ["A"]), []);
});

Deno.test("scrub: the secrets of our own arguments, none of the shared command's", () => {
  const cases: [string[], string[]][] = [
    [["join", "7kq2mx-rival-lamp-alert@1.2.3.4:80"], ["rival-lamp-alert@1.2.3.4:80"]],
    [["join", "--road", "http://r", "https://r/j/7kq2mx#rival-lamp-alert"], ["rival-lamp-alert"]],
    [["join", "7kq2mx", "--passphrase", "pä ss"], ["pä ss"]],
    [["join", "7kq2mx", "--passphrase=pass"], ["pass"]],
    [["host", "--ice-server", "turn:ann:pw@t:1", "--", "sh", "--passphrase", "theirs"], ["turn:ann:pw@t:1"]],
    [["road", "--redis", "redis://:pw@r"], ["redis://:pw@r"]],
    [["host", "--passphrase", "--view-only"], []],
    [["join", "-"], []],
    [[], []],
  ];
  for (const [args, expected] of cases) {
    const cmdline = bytes("deno", "run", "main.ts", ...args);
    assert.deepEqual(texts(cmdline, argumentSpans(cmdline, args)), expected, args.join(" "));
  }
});

/** What `/proc` shows of a process. */
function shows(pid: number): string {
  return Deno.readTextFileSync(`/proc/${pid}/environ`) + Deno.readTextFileSync(`/proc/${pid}/cmdline`);
}

testWith(
  [linux],
  "scrub: no other process reads a secret of a host, of what it starts, or of a viewer",
  () =>
    Scene.play(async (scene) => {
      const secrets = ["--passphrase", "open sesame street", "--ice-server=turn:ann:hidden@127.0.0.1:9"];
      const host = await headless(scene, {
        args: secrets,
        env: { BEACH_PASSPHRASE: "open sesame street", BEACH_REDIS: "redis://:hidden@localhost" },
      });
      const viewer = scene.join(host.ready.view_code);
      await viewer.waitForText(/^\$ ?$/m, START);
      const words = /-view-([a-z-]+)@/.exec(host.ready.view_code)![1]!;
      const seen = [host.process.pid, viewer.pid].flatMap((
        pid,
      ) => [pid, ...descendants(pid).map(({ pid }) => pid)]);
      for (const pid of seen) assert.doesNotMatch(shows(pid), new RegExp(`sesame|hidden|${words}`), `${pid}`);
      // It is ours that is shown, and its shared shell can read it.
      viewer.kill("SIGHUP");
      assert.match(shows(host.process.pid), /BEACH_PASSPHRASE=\0/);
      const writer = scene.join(host.ready.code, { args: secrets.slice(0, 2) });
      await writer.waitForText(/^\$ ?$/m, START);
      writer.type("tr '\\0' '\\n' < /proc/$PPID/environ | grep -c sesame\r");
      await writer.waitForText(/^0$/m, SOON);
    }),
);
