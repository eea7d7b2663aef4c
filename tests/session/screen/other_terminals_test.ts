import assert from "node:assert/strict";
import { QueryFilter } from "../../../session/vt/query_filter.ts";
import { Renderer } from "../../../session/render/renderer.ts";
import { pollAsync } from "../../support/deadline.ts";
import { program, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const passes = (text: string) => new QueryFilter().string(text);
const [COLS, ROWS] = [20, 4];

/** What a tmux pane shows that is given `bytes`: a terminal other than ours in its widths and in what it does at the edge. */
async function inTmux(bytes: Uint8Array, ...joined: "-J"[]): Promise<string[]> {
  await using folder = await TempDir.create();
  const painted = folder.join("painted");
  Deno.writeFileSync(painted, bytes);
  const tmux = async (...args: string[]) => {
    const { stdout } = await new Deno.Command("tmux", {
      args: ["-u", "-S", folder.join("socket"), "-f", "/dev/null", ...args],
      env: { LC_ALL: "C.UTF-8" },
    }).output();
    return new TextDecoder().decode(stdout).trimEnd().split("\n");
  };
  try {
    const size = ["-x", `${COLS}`, "-y", `${ROWS}`];
    await tmux("new-session", "-d", ...size, `stty -echo; cat ${painted}; echo; exec cat`);
    const shown = async () => {
      const rows = await tmux("capture-pane", "-p");
      return rows[ROWS - 2] === "end" && rows;
    };
    const rows = await pollAsync(shown, 5000, "the end in tmux");
    return joined.length > 0 ? await tmux("capture-pane", "-p", ...joined) : rows;
  } finally {
    await tmux("kill-server");
  }
}

/** What tmux shows after each of `pictures` was painted over the one before. */
async function painted(...pictures: string[]): Promise<string> {
  const screen = makeScreen(COLS, ROWS);
  const renderer = new Renderer(screen, COLS, ROWS, passes);
  const out: Uint8Array[] = [];
  pictures.forEach((picture, i) => {
    const last = i === pictures.length - 1 ? "end" : "";
    screen.write(encode(`\x1b[2J\x1b[H${picture}\x1b[${ROWS - 1};1H${last}`));
    out.push(renderer.render());
  });
  const bytes = encode(out.map((bytes) => new TextDecoder().decode(bytes)).join(""));
  return (await inTmux(bytes))[0]!;
}

testWith([program("tmux")], "tmux: marks in the last column stay with their letter", async () => {
  assert.equal(await painted("\x1b[19Gxe\u0301"), " ".repeat(18) + "xe\u0301");
  assert.equal(await painted("\x1b[18G中e\u0301\u0302"), " ".repeat(17) + "中e\u0301\u0302");
  assert.equal(await painted("\x1b[19Gxy", "\x1b[19Gxe\u0301"), " ".repeat(18) + "xe\u0301");
  assert.equal(await painted("\x1b[19G中\u0301"), " ".repeat(18) + "中\u0301");
});

testWith([program("tmux")], "tmux: beneath a character that is narrow there nothing stays", async () => {
  assert.equal(await painted("1234567890", "\x1b[?2027h❤\ufe0fabc"), "❤\ufe0f abc");
});

testWith([program("tmux")], "tmux: text takes the columns that it takes there", async () => {
  for (const text of ["❤\ufe0f|", "a\u200bb|", "\u{1f979}|", "न\u093f|", "x\u2066y\u2069|"]) {
    assert.equal(await painted("1234567890", text), text);
  }
});

testWith(
  [program("tmux")],
  "tmux: a line that goes on in the next row is copied as one, and no longer once it is two",
  async () => {
    const address = "https://example.org/a/long";
    const lines = async (...pictures: string[]) => {
      const screen = makeScreen(COLS, ROWS);
      const renderer = new Renderer(screen, COLS, ROWS, passes);
      let bytes = "";
      for (const picture of [...pictures, `\x1b[${ROWS - 1};1Hend`]) {
        screen.write(encode(picture));
        bytes += new TextDecoder().decode(renderer.render());
      }
      return (await inTmux(encode(bytes), "-J")).map((line) => line.trimEnd()).slice(0, 2);
    };
    assert.deepEqual(await lines(address), [address, "end"]);
    // Typed bit by bit, and changed in either row.
    assert.deepEqual(await lines(...address), [address, "end"]);
    assert.deepEqual(await lines(address, "\x1b[1;1HH", "\x1b[2;1HE", "\x1b[1;20HX"), [
      "Https://example.orgXE/long",
      "end",
    ]);
    assert.deepEqual(await lines(address, "\x1b[H\x1b[Kone\x1b[2H\x1b[Ktwo"), ["one", "two"]);
    assert.deepEqual(await lines(address, `\x1b[H${"x".repeat(20)}\r\n\x1b[Ktwo`), ["x".repeat(20), "two"]);
  },
);
