import assert from "node:assert/strict";
import type { Snapshot } from "../../../frames/screen_state.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";
import { Recorder, type RecorderOptions } from "../../../cli/record/recorder.ts";
import { linux, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

const text = (s: string) => new TextEncoder().encode(s);
const SIZE = { cols: 80, rows: 24 };
const OPTIONS: RecorderOptions = {
  size: SIZE,
  format: "v2",
  input: false,
  overwrite: false,
  snapshot: () => assert.fail(),
  onfault: assert.fail,
};
const read = async (path: string) =>
  (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line));

for (const format of ["v2", "v3"] as const) {
  Deno.test(`recording: asciicast ${format}, characters whole, sizes, markers, nothing lost`, async () => {
    await using folder = await TempDir.create();
    const path = folder.join("a.cast");
    let clock = 1000;
    {
      await using recorder = Recorder.open(path, { ...OPTIONS, format, input: true, now: () => clock });
      const bytes = text("é\r\n");
      clock = 1500;
      recorder.output(bytes.subarray(0, 1));
      clock = 2250;
      recorder.output(bytes.subarray(1));
      clock = 2250.1234;
      recorder.resize(100, 30);
      recorder.mark("Ada joined");
      clock = 3250.1234;
      recorder.input(bytes.subarray(0, 1));
      recorder.input(bytes.subarray(1));
      recorder.output(text("é").subarray(0, 1));
      recorder.exit(3);
      recorder.mark("Ada left");
    }
    const [header, ...events] = await read(path);
    assert.ok(Math.abs(header.timestamp - Date.now() / 1000) < 60);
    const way = { ...header, timestamp: 0 };
    if (format === "v2") {
      assert.deepEqual(way, { version: 2, width: 80, height: 24, timestamp: 0 });
      assert.deepEqual(events, [
        [1.25, "o", "é\r\n"],
        [1.250123, "r", "100x30"],
        [1.250123, "m", "Ada joined"],
        [2.250123, "i", "é\r\n"],
        [2.250123, "o", "\ufffd"],
      ]);
    } else {
      assert.deepEqual(way, { version: 3, term: SIZE, timestamp: 0 });
      assert.deepEqual(events, [
        [1.25, "o", "é\r\n"],
        [0.000123, "r", "100x30"],
        [0, "m", "Ada joined"],
        [1, "i", "é\r\n"],
        [0, "x", "3"],
        [0, "o", "\ufffd"],
      ]);
    }
  });
}

Deno.test("recording: what is typed is not in it unless that is wanted", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.cast");
  {
    await using recorder = Recorder.open(path, OPTIONS);
    recorder.input(text("secret"));
  }
  assert.equal((await read(path)).length, 1);
  assert.throws(() => Recorder.open(folder.join("no/a.cast"), OPTIONS), /The recording can't be written/);
});

Deno.test("recording: a file that holds something stays, unless it is to be replaced; nobody else reads it then", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.cast");
  await Deno.writeTextFile(path, "something long that was here before ".repeat(10));
  await Deno.chmod(path, 0o644);
  const refused =
    /^Failure: The recording would replace a file: ".*a\.cast(\.1)?"\. Name another one, or add --overwrite\.$/;
  assert.throws(() => Recorder.open(path, OPTIONS), refused);
  assert.match(await Deno.readTextFile(path), /^something/);
  // The part before would be there.
  await Deno.copyFile(path, folder.join("b.cast.1"));
  assert.throws(() => Recorder.open(folder.join("b.cast"), { ...OPTIONS, max: 1000 }), /b\.cast\.1/);
  // A file that a script made beforehand is no loss.
  const empty = folder.join("empty");
  await Deno.writeTextFile(empty, "", { mode: 0o644 });
  for (const [file, overwrite] of [[path, true], [empty, false]] as const) {
    await Recorder.open(file, { ...OPTIONS, overwrite })[Symbol.asyncDispose]();
    assert.equal((await read(file)).length, 1);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  }
});

testWith(
  [linux],
  "recording: a full disk ends it with one line; what can't be followed by another file is refused",
  async () => {
    const faults: string[] = [];
    const options = { ...OPTIONS, onfault: (words: string) => void faults.push(words) };
    const recorder = Recorder.open("/dev/full", options);
    for (let i = 0; i < 10; i++) recorder.output(text("x".repeat(1000)));
    await recorder[Symbol.asyncDispose]();
    assert.equal(faults.length, 1);
    assert.match(faults[0]!, /^The recording ended early: No space left/);
    assert.throws(() => Recorder.open("/dev/null", { ...OPTIONS, max: 1000 }), /--record-max needs a file/);
  },
);

/** What the terminal shows at the end of a recording. */
async function shown(path: string): Promise<string> {
  const [header, ...events] = await read(path);
  const screen = newScreen(header.term.cols, header.term.rows, 0);
  for (const [, kind, data] of events) {
    if (kind === "o") screen.write(text(data));
    if (kind === "r") screen.resize(...(data.split("x").map(Number) as [number, number]));
  }
  return new TextDecoder().decode(screen.snapshot().data);
}

Deno.test("recording: --record-max keeps the newest; each part shows the whole screen, whenever the screen is asked for", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.cast");
  const screen = newScreen(80, 24, 0);
  const size = { cols: 80, rows: 24 };
  const max = 20_000;
  let asked: PromiseWithResolvers<Snapshot> | undefined;
  const snapshot = () => (asked = Promise.withResolvers<Snapshot>()).promise;
  const recorder = Recorder.open(path, { ...OPTIONS, format: "v3", max, snapshot });
  let parts = 0;
  for (let i = 0; i < 3000; i++) {
    const bytes = text(`\x1b[3${i % 8}mline é ${i}\r\n`);
    // Pieces cut characters.
    for (const piece of [bytes.subarray(0, 12), bytes.subarray(12)]) {
      screen.write(piece);
      recorder.output(piece);
    }
    if (i % 500 === 499) {
      size.cols += 1;
      screen.resize(size.cols, size.rows);
      recorder.resize(size.cols, size.rows);
    }
    if (asked && i % 7 === 0) {
      asked.resolve(screen.snapshot());
      asked = undefined;
      parts++;
      // More came before the answer did.
      const late = text(`late ${i}\r\n`);
      screen.write(late);
      recorder.output(late);
      await Promise.resolve();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  await recorder[Symbol.asyncDispose]();
  assert.ok(parts > 5, `${parts}`);
  const kept = (await Deno.stat(path)).size + (await Deno.stat(`${path}.1`)).size;
  assert.ok(kept <= max * 1.3 && kept > max / 2, `${kept}`);
  assert.equal(await shown(path), new TextDecoder().decode(screen.snapshot().data));
  assert.match(await shown(`${path}.1`), /line é \d+/);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) =>
    name.startsWith("a")
  );
  assert.deepEqual(names.sort(), ["a.cast", "a.cast.1"]);
});
