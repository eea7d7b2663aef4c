/** What is larger than a message may be goes out plainer: a screen, and a row of history. */
import assert from "node:assert/strict";
import type xterm from "@xterm/headless";
import type { Frame } from "../../../frames/frame.ts";
import { MAX_SIDE, MAX_SNAPSHOT } from "../../../frames/limits.ts";
import { decodePacket, encodePacket } from "../../../frames/packet.ts";
import { HistoryFetcher } from "../../../session/viewer/history_fetcher.ts";
import { HistoryStore } from "../../../session/viewer/history_store.ts";
import type { Snapshot } from "../../../frames/screen_state.ts";
import { HistoryServer } from "../../../session/host/history_server.ts";
import { unpackLines } from "../../../frames/packed_lines.ts";
import type { Screen } from "../../../session/screen/screen.ts";
import { cutSnapshot, SnapshotParts, unpackSnapshot } from "../../../session/sync/snapshot_parts.ts";
import type { EmulatorLine } from "../../../session/emulator/xterm_internals.ts";
import { makeScreen } from "../vt_state.ts";

const encode = (text: string) => new TextEncoder().encode(text);
/** A link takes no larger message; bytes. */
const MAX_MESSAGE = 65_536;
const rowText = (screen: Screen, y: number) => {
  const { active } = (screen.terminal as xterm.Terminal).buffer;
  return active.getLine(active.baseY + y)!.translateToString(true);
};

/** A row of which each cell has all that a cell can have. */
function heavyRow(cols: number): string {
  return Array.from({ length: cols }, (_, x) => {
    const sgr = `\x1b[1;2;3;4:3;5;7;8;9;53;38;2;${x & 255};111;122;48;2;133;144;${x & 255};58:2::155:${
      x & 255
    }:177m`;
    const link = `\x1b]8;id=${x};${"ä".repeat(2000)}${x}\x1b\\`;
    return sgr + link + "\u{1d400}" + "\u{e0100}".repeat(31);
  }).join("");
}

/** Fills the screen shown with copies of its first row; to parse as much would take minutes. */
function fill(screen: Screen): void {
  const { lines, ybase } = screen.emulator._bufferService.buffers.active;
  const first = lines.get(ybase)!;
  for (let y = 1; y < screen.rows; y++) {
    (lines.get(ybase + y) as EmulatorLine & { copyFrom(line: EmulatorLine): void }).copyFrom(first);
  }
}

/** Sends a snapshot as the wire has it. */
function send(snapshot: Snapshot): Screen {
  const { parts } = cutSnapshot(snapshot, 1, 0, 0);
  const taken = new SnapshotParts();
  for (const part of parts) {
    const whole = taken.receive(
      decodePacket(encodePacket({ header: null, frames: [part] })).frames[0] as typeof part,
    );
    if (!whole) continue;
    const viewer = makeScreen(80, 24);
    viewer.load(unpackSnapshot(whole)!);
    return viewer;
  }
  assert.fail("the snapshot never became whole");
}

Deno.test("the heaviest screens of the largest size make a snapshot that a viewer takes", () => {
  const host = makeScreen(MAX_SIDE, MAX_SIDE, 0);
  const title = "ß".repeat(5000);
  for (let i = 0; i < 12; i++) host.write(encode(`\x1b]0;${title}\x07\x1b[22t`));
  for (let i = 0; i < 256; i++) host.write(encode(`\x1b]4;${i};rgb:${"ffff/".repeat(11)}f\x07`));
  for (const screen of ["", "\x1b[?1049h\x1b[H"]) {
    host.write(encode(screen + heavyRow(MAX_SIDE)));
    fill(host);
  }
  host.write(encode(`\x1b[${MAX_SIDE}Hthe end\x1b]0;${"u".repeat(5000)}`));
  const snapshot = host.snapshot();
  assert.ok(snapshot.data.length <= MAX_SNAPSHOT, `${snapshot.data.length} bytes`);
  const viewer = send(snapshot);
  assert.match(rowText(viewer, MAX_SIDE - 1), /^the end\?{900}/);
});

Deno.test("a screen that is too large loses links first, and colours only then", () => {
  const host = makeScreen(300, 100, 0);
  const cell = (x: number) => `\x1b[38;5;${x & 255}m\x1b]8;;http://${x}/${"x".repeat(1900)}\x1b\\x`;
  host.write(encode(Array.from({ length: 300 }, (_, x) => cell(x)).join("")));
  fill(host);
  const viewer = send(host.snapshot());
  const row = (y: number) => viewer.lines(y, y + 1).rows[0]![0];
  // `lines` would leave them out of so long a row itself.
  assert.ok(viewer.emulator._bufferService.buffers.active.lines.get(0)!._extendedAttrs[9]!.urlId > 0);
  assert.equal(viewer.emulator._bufferService.buffers.active.lines.get(99)!._extendedAttrs[9]?.urlId ?? 0, 0);
  assert.match(row(99), /38;5;7mx/);
});

Deno.test("a picture in colours on a large window has room", () => {
  const host = makeScreen(640, 180, 0);
  const cell = (x: number) => `\x1b[38;2;${100 + x % 99};199;111;48;2;197;${100 + x % 89};183m▀`;
  host.write(encode(Array.from({ length: 640 }, (_, x) => cell(x)).join("")));
  fill(host);
  assert.deepEqual(send(host.snapshot()).lines(179, 180).rows, host.lines(179, 180).rows);
});

Deno.test("a row of history that fits no message comes without its links, and older rows come too", async () => {
  const host = makeScreen(80, 24, 1000);
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `line ${from + i}\r\n`).join("");
  const uri = (x: number) => `http://${x}/`.padEnd(1500, "x");
  const heavy = Array.from(
    { length: 79 },
    (_, x) => `\x1b[3${x % 8}m\x1b]8;;${uri(x)}\x1b\\${x % 10}\x1b]8;;\x1b\\`,
  );
  host.write(encode(`${lines(0, 200)}${heavy.join("")}\x1b[m\r\n${lines(201, 301)}`));
  const store = new HistoryStore(1000);
  const server = new HistoryServer({
    log: (words) => assert.fail(words),
    now: () => 0,
    lines: (from, to) => Promise.resolve(host.lines(from, to)),
  });
  const answers: Frame[] = [];
  const conversation = {
    link: { buffered: () => 0 },
    tell: (frame: Frame) => {
      const { length } = encodePacket({ header: null, frames: [frame] });
      assert.ok(length <= MAX_MESSAGE, `${length} bytes`);
      answers.push(frame);
    },
  };
  const fetcher = new HistoryFetcher(store, (id, era, from, to) => {
    void server.serve({ type: "LinesRequest", id, era, from, to }, conversation as never);
    return true;
  });
  store.reached(host.history.era, host.history.top);
  fetcher.poll(0);
  for (let now = 1; now < 100; now++) {
    await new Promise((resolve) => setTimeout(resolve));
    const answer = answers.shift();
    if (answer?.type === "PackedLines") fetcher.receive(unpackLines(answer), now);
    else if (answer?.type === "Lines") fetcher.receive(answer, now);
  }
  assert.equal(store.row(0)?.[0], "line 0");
  const row = store.row(200)![0];
  assert.equal(row.includes("http:"), false);
  assert.ok(row.includes("\x1b[0;31m1\x1b[0;32m2"), row);
});
