import assert from "node:assert/strict";
import { BLANK, readCell } from "../../../session/emulator/attributes.ts";
import { MAX_UNFINISHED } from "../../../session/vt/boundary.ts";
import { readPart } from "../../../session/pictures/picture_place.ts";
import { MAX_PICTURE } from "../../../frames/limits.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { iterm, kitty, png, sixel } from "../../support/pictures.ts";
import { screenText } from "../../support/screen.ts";
import type xterm from "@xterm/headless";
import { describe, makeScreen } from "../vt_state.ts";
import { cpuTime } from "../../support/cpu_time.ts";

const write = (screen: Screen, text: string) => screen.write(new TextEncoder().encode(text));
const shown = (screen: Screen) => screenText(screen.terminal as xterm.Terminal);

function screenOf(text: string, cols = 40, rows = 10): Screen {
  const screen = makeScreen(cols, rows);
  write(screen, text);
  return screen;
}

/** The ids of the pictures of which anything stands on the screen. */
function pictures(screen: Screen): string[] {
  const { active } = screen.emulator._bufferService.buffers;
  const ids = new Set<string>();
  const cell = { ...BLANK };
  for (let y = 0; y < screen.rows; y++) {
    const line = active.lines.get(active.ybase + y)!;
    for (let x = 0; x < line.length; x++) {
      const part = readPart(screen.shadow.link(readCell(line, x, cell).link)?.uri ?? "");
      if (part) ids.add(part.id);
    }
  }
  return [...ids];
}

const BOX = "┌──────────────────┐\n│  picture 200x60  │\n└──────────────────┘";

const KINDS: Record<string, string> = {
  sixel: sixel(200, 60),
  iterm: iterm(png(200, 60)),
  "iterm in parts": `\x1b]1337;MultipartFile=inline=1\x07${
    iterm(png(200, 60)).replace(/.*:/s, "\x1b]1337;FilePart=")
  }\x1b]1337;FileEnd\x07`,
  kitty: kitty(png(200, 60), "a=T,f=100", 64),
};
for (const [kind, bytes] of Object.entries(KINDS)) {
  Deno.test(`a picture by ${kind} takes cells, shows a box with its size, and is kept`, () => {
    const screen = screenOf(`$ show\r\n${bytes}`);
    assert.equal(shown(screen), `$ show\n${BOX}`);
    const [id] = pictures(screen);
    const picture = screen.pictures.store.get(id!)!;
    assert.equal(picture.kind, kind === "sixel" ? "sixel" : "file");
    if (kind !== "sixel") assert.deepEqual(picture.data, png(200, 60));
    const { x, y } = screen.emulator._bufferService.buffers.active;
    assert.deepEqual([x, y], [kind === "sixel" ? 0 : 20, 3]);
  });

  Deno.test(`a snapshot and the rest of the stream show a picture by ${kind}, or ask for another snapshot`, () => {
    const all = new TextEncoder().encode(`a\r\n${bytes}b`);
    const whole = makeScreen(40, 10);
    whole.write(all);
    for (let cut = 0; cut <= all.length; cut += 7) {
      const first = makeScreen(40, 10);
      first.write(all.subarray(0, cut));
      const late = makeScreen(9, 9);
      let missed = false;
      late.pictures.onmissed = () => missed = true;
      late.load(first.snapshot());
      late.write(all.subarray(cut));
      if (!missed) assert.equal(describe(late), describe(whole), `cut at ${cut}`);
      else if (kind !== "kitty" && kind !== "iterm in parts") assert.fail(`missed at ${cut}`);
    }
  });
}

Deno.test("raw pixels of kitty's, packed or not, and one that is sent first and placed later", async () => {
  const pixels = new Uint8Array(20 * 40 * 4).fill(7);
  const packed = new Uint8Array(
    await new Response(
      new Blob([pixels]).stream().pipeThrough(new CompressionStream("deflate")),
    ).arrayBuffer(),
  );
  for (const bytes of [kitty(pixels, "a=T,s=20,v=40"), kitty(packed, "a=T,s=20,v=40,o=z")]) {
    const screen = screenOf(bytes);
    const { kind, data } = screen.pictures.store.get(pictures(screen)[0]!)!;
    assert.equal(kind, "rgba");
    assert.deepEqual([...data.subarray(0, 9)], [0, 0, 0, 20, 0, 0, 0, 40, 7]);
  }
  const later = screenOf(`${kitty(png(20, 20), "a=t,f=100,i=5")}text \x1b_Ga=p,i=5,c=3,r=1,C=1\x1b\\X`);
  assert.equal(shown(later), "text X░░");
});

Deno.test("kitty's pictures are deleted by number, and all", () => {
  const two = kitty(png(20, 20), "a=T,f=100,i=1") + kitty(png(20, 40), "a=T,f=100,i=2");
  assert.equal(pictures(screenOf(two)).length, 2);
  assert.equal(pictures(screenOf(`${two}\x1b_Ga=d,d=I,i=1\x1b\\`)).length, 1);
  assert.equal(pictures(screenOf(`${two}\x1b_Ga=d\x1b\\`)).length, 0);
  const late = makeScreen(40, 10);
  let missed = 0;
  late.pictures.onmissed = () => missed++;
  late.load(screenOf(two).snapshot());
  write(late, "\x1b_Ga=d,d=I,i=1\x1b\\");
  assert.equal(missed, 1, "nobody told it the numbers");
  late.load(screenOf("text").snapshot());
  write(late, "\x1b_Ga=d,d=I,i=1\x1b\\");
  assert.equal(missed, 1, "there is nothing to take away");
});

Deno.test("a picture is no wider than what is right of the cursor; iTerm's sizes in cells, pixels and percents", () => {
  assert.equal(shown(screenOf(`${"x".repeat(30)}${iterm(png(400, 200))}`)).split("\n").length, 3);
  const widths = { "width=10": 10, "width=50px": 5, "width=50%": 20, "width=10;height=1": 4, "height=2": 8 };
  for (const [keys, cols] of Object.entries(widths)) {
    const [first] = shown(screenOf(iterm(png(40, 20), `inline=1;${keys}`))).split("\n");
    assert.equal(first!.length, cols, keys);
  }
  const tall = screenOf(`a\r\n${iterm(png(400, 800))}`);
  assert.equal(shown(tall).split("\n").length, 10);
  assert.equal(tall.emulator._bufferService.buffers.active.x, 10);
  const stretched = shown(screenOf(iterm(png(40, 20), "inline=1;width=10;height=3;preserveAspectRatio=0")));
  assert.equal(stretched, "┌────────┐\n│        │\n└────────┘");
});

Deno.test("text over a picture, erasing and a reset take its cells; scrolling and the alternate screen keep them", () => {
  const picture = sixel(200, 60);
  const over = screenOf(`${picture}\x1b[2;3Htext`);
  assert.equal(shown(over).split("\n")[1], "│ textture 200x60  │");
  assert.equal(pictures(over).length, 1);
  for (const end of ["\x1b[H\x1b[J", "\x1bc", "\x1b[?1049h", `\x1b[2J`]) {
    assert.equal(pictures(screenOf(picture + end)).length, 0, JSON.stringify(end));
  }
  assert.equal(pictures(screenOf(`${picture}\x1b[?1049hfull screen\x1b[?1049l`)).length, 1);
  const scrolled = screenOf(`${picture}${"\r\n".repeat(9)}`);
  const rows = scrolled.lines(0, 3).rows.map(([text]) => text);
  assert.match(rows[0]!, /beach-picture:[0-9a-f]{32}\/20x3\/0\/0/);
  const again = makeScreen(40, 10);
  again.load(scrolled.snapshot());
  assert.equal(describe(again), describe(scrolled));
});

Deno.test("a resize keeps a picture where its rows stay whole", () => {
  const screen = screenOf(sixel(200, 60));
  screen.resize(30, 8);
  assert.equal(shown(screen), BOX);
  const copy = makeScreen(30, 8);
  copy.load(screen.snapshot());
  assert.equal(pictures(copy).length, 1);
});

Deno.test("a picture that is too large is its box; one that is none, a download or a file of the host's is nothing", () => {
  const large = new Uint8Array(MAX_PICTURE + 1);
  large.set(png(200, 60));
  for (const bytes of [iterm(large), kitty(large, "a=T,f=100", 100_000)]) {
    const screen = screenOf(bytes);
    assert.equal(shown(screen), BOX);
    assert.deepEqual(pictures(screen), []);
  }
  const none = [
    iterm(png(20, 20), "name=eA=="),
    iterm(new TextEncoder().encode("no picture")),
    "\x1b]1337;File=inline=1:***\x07",
    kitty(new TextEncoder().encode("/etc/passwd"), "a=T,t=f,f=100"),
    kitty(new Uint8Array(5), "a=T,f=24,s=3,v=3"),
    "\x1bPq\x1b\\",
    "\x1b_Gm=1;AAAA\x1b\\",
    "\x1b_other\x1b\\",
  ];
  for (const bytes of none) assert.equal(shown(screenOf(`a${bytes}b`)), "ab", bytes.slice(0, 60));
});

Deno.test("who joins in the middle of a picture that is too long to be kept asks for another snapshot", () => {
  const long = iterm(png(200, 60)).replace("\x07", "");
  for (const [begin, end] of [[`${long}`, "\x07"], [`\x1bPq"1;1;9;9`, "\x1b\\"]] as const) {
    const host = screenOf(`${begin}${"A".repeat(MAX_UNFINISHED)}`);
    const late = makeScreen(40, 10);
    let missed = 0;
    late.pictures.onmissed = () => missed++;
    late.load(host.snapshot());
    write(late, "AAAA");
    assert.equal(missed, 0);
    write(late, `${end}ok`);
    assert.equal(missed, 1);
    assert.equal(shown(late), "ok");
  }
});

Deno.test("pictures are kept up to 64 MiB and 256, the newest", () => {
  const screen = screenOf(
    Array.from({ length: 300 }, (_, i) => sixel(10, 6, [i % 100, Math.floor(i / 100), 0])).join(""),
  );
  const kept = pictures(screen).map((id) => screen.pictures.store.get(id));
  assert.ok(kept.length > 0 && kept.every((picture) => picture !== undefined));
});

Deno.test("a picture of 4 MiB is read in a moment, by each protocol", () => {
  const large = new Uint8Array(MAX_PICTURE - 100);
  large.set(png(200, 60));
  const strings = {
    iterm: iterm(large),
    kitty: kitty(large),
    sixel: `\x1bPq${"#1!99~-".repeat(599_000)}\x1b\\`,
  };
  for (const [name, text] of Object.entries(strings)) {
    const bytes = new TextEncoder().encode(text);
    const times = Array.from({ length: 4 }, () => {
      const screen = makeScreen(40, 10);
      const spent = cpuTime();
      for (let at = 0; at < bytes.length; at += 65_536) screen.write(bytes.subarray(at, at + 65_536));
      assert.equal(pictures(screen).length, 1);
      return spent();
    });
    assert.ok(Math.min(...times) < 500, `${name}: ${times} ms`);
  }
});
