/** `beach play` in real terminals. */
import assert from "node:assert/strict";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { castBytes } from "../../cli/play/casts.ts";
import { assertLeftAsFound, lookedAt } from "../found.ts";
import { headless } from "../headless.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";

const V3 = { version: 3, term: { cols: 40, rows: 6 } };

testWith(
  [unixTerminal],
  "beach play at 40 columns: plays, stops, steps, seeks, searches; the terminal is left as it was found",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("a.cast");
      Deno.writeFileSync(
        path,
        castBytes(
          V3,
          [0.1, "o", "first line\r\n\x1b[?1000h\x1b[?2004h\x1b[?1h"],
          [100, "o", "\x1b[31msecond\x1b[m line\r\n"],
          [50, "m", "Ada joined"],
          [50, "o", "\x1b[?1049h\x1b[Hthird line"],
        ),
      );
      const size = { cols: 40, rows: 8 };
      const term = scene.terminal(lookedAt([...BEACH, "play", path]), size);
      await term.waitForText(/first line[^]*0:0\d\/3:20 play {2}\? keys, q leaves/, START);
      term.type(" ");
      await term.waitForText(/\/3:20 stop/, SOON);
      term.type(".");
      await term.waitForText(/second line[^]*1:40\/3:20 stop/, SOON);
      term.type("]");
      await term.waitForText(/2:30\/3:20 stop {2}Ada joined/, SOON);
      term.type("/third\r");
      await term.waitForText(/third line[^]*3:20\/3:20 end {2}found "third"/, SOON);
      assert.doesNotMatch(term.screenText(), /second/);
      term.type("?");
      await term.waitForText(/Space +stop, go on/, SOON);
      term.type("x");
      await term.waitForText(/third line/, SOON);
      term.type("g");
      await term.waitForText(/^(?![^]*line)[^]*0:00\/3:20 stop/, SOON);
      term.type("+++ ");
      await term.waitForText(/first line[^]*play 8x/, SOON);
      term.type("q");
      assert.equal(await assertLeftAsFound(term, SOON), 0);
      assert.doesNotMatch(term.screenText(), /first line/);
    }),
);

testWith(
  [unixTerminal],
  "beach play: a hostile recording gets nothing past what a host may do",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("a.cast");
      const hostile = [
        "\x1b]52;c;aGk=\x07",
        "\x1b[c\x1b[6n\x1bP+q544e\x1b\\\x1b]11;?\x07",
        "\x1b[21t\x1b[4i\x1b[5i",
        "\x1bP$qm\x1b\\\x1b_Gi=1,a=q;AAAA\x1b\\",
        "\x1b]50;x\x07\x1b]1337;File=name=eA==:eA==\x07",
        "\x1b[999;999H\x1b[1000@\x1b[2147483647b\x1bc",
        "\x07".repeat(1000),
      ];
      Deno.writeFileSync(
        path,
        castBytes(V3, [0, "r", "1000x1000"], ...hostile.map((text) => [0, "o", text]), [0, "o", "all-shown"]),
      );
      const term = scene.terminal(lookedAt([...BEACH, "play", path]), { cols: 80, rows: 24 });
      await term.waitForText(/all-shown/, START);
      const refused = ["]52", "[c", "[6n", "P", "]11;?", "[21t", "[4i", "[5i", "_G", "]50", "]1337"];
      for (const sequence of refused) assert.ok(!term.raw.includes(`\x1b${sequence}`), sequence);
      assert.ok(term.raw.split("\x07").length < 20);
      term.type("q");
      assert.equal(await assertLeftAsFound(term, SOON), 0);
    }),
);

testWith(
  [linux],
  "beach play: what a host recorded, from a file, from stdin and from a URL; faults in one line",
  () =>
    Scene.play(async (scene) => {
      await using folder = await TempDir.create();
      const path = folder.join("a.cast");
      const host = await headless(scene, {
        args: ["--record", path],
        command: ["sh", "-c", "seq 1 500; echo the-end"],
      });
      await host.process.waitForExit(START);
      await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
        return url.endsWith("/a.cast")
          ? new Response(Deno.readFileSync(path))
          : new Response("", { status: 404 });
      });
      const url = `http://127.0.0.1:${server.addr.port}/a.cast`;
      const [beach, ...args] = BEACH;
      for (
        const argv of [[...BEACH, "play", url], [
          "sh",
          "-c",
          '"$0" "$@" < a.cast',
          beach,
          ...args,
          "play",
          "-",
        ]]
      ) {
        const term = scene.terminal(argv, { cwd: folder.path });
        await term.waitForText(/end {2}\?[^]*^500\nthe-end/m, START);
        term.type("q");
        assert.equal((await term.waitForExit(SOON)).code, 0);
      }
      Deno.writeTextFileSync(path, "hello\n");
      for (
        const [source, says] of [
          [path, /^beach: The recording can't be played: .*Its first line is no header\.$/m],
          [folder.join("none"), /^beach: The recording can't be read: .*No such file/m],
          [`${url}x`, /^beach: The recording can't be read: .*The server says 404\.$/m],
        ] as const
      ) {
        const run = scene.run([...BEACH, "play", source]);
        assert.equal((await run.waitForExit(START)).code, 1);
        assert.match(run.stderr, says);
      }
    }),
);
