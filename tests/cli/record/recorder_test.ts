import assert from "node:assert/strict";
import { Recorder } from "../../../cli/record/recorder.ts";
import { linux, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

const text = (s: string) => new TextEncoder().encode(s);

Deno.test("recording: asciicast v2, characters whole, sizes, nothing lost", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.cast");
  let clock = 1000;
  {
    await using recorder = Recorder.open(
      path,
      { cols: 80, rows: 24, env: { TERM: "xterm" } },
      assert.fail,
      { now: () => clock },
    );
    const bytes = text("é\r\n");
    clock = 1500;
    recorder.output(bytes.subarray(0, 1));
    clock = 2250;
    recorder.output(bytes.subarray(1));
    recorder.resize(100, 30);
    recorder.output(text("é").subarray(0, 1));
  }
  const [header, ...events] = (await Deno.readTextFile(path)).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual({ ...header, timestamp: 0 }, {
    version: 2,
    width: 80,
    height: 24,
    timestamp: 0,
    env: { TERM: "xterm" },
  });
  assert.deepEqual(events, [[1.25, "o", "é\r\n"], [1.25, "r", "100x30"], [1.25, "o", "\ufffd"]]);
  assert.throws(
    () => Recorder.open(folder.join("no/a.cast"), header, assert.fail),
    /The recording can't be written/,
  );
});

Deno.test("recording: a file that holds something stays, unless it is to be replaced; nobody else reads it then", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.cast"), header = { cols: 80, rows: 24 };
  await Deno.writeTextFile(path, "something long that was here before ".repeat(10));
  await Deno.chmod(path, 0o644);
  assert.throws(
    () => Recorder.open(path, header, assert.fail),
    /^Failure: The recording would replace a file: ".*a\.cast"\. Name another one, or add --overwrite\.$/,
  );
  assert.match(await Deno.readTextFile(path), /^something/);
  // A file that a script made beforehand is no loss.
  const empty = folder.join("empty");
  await Deno.writeTextFile(empty, "", { mode: 0o644 });
  for (const [file, overwrite] of [[path, true], [empty, false]] as const) {
    await Recorder.open(file, header, assert.fail, { overwrite })[Symbol.asyncDispose]();
    assert.deepEqual(Object.keys(JSON.parse(await Deno.readTextFile(file))), [
      "version",
      "width",
      "height",
      "timestamp",
    ]);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  }
});

testWith([linux], "recording: a full disk ends it with one line", async () => {
  const faults: string[] = [];
  const recorder = Recorder.open("/dev/full", { cols: 80, rows: 24 }, (words) => faults.push(words));
  for (let i = 0; i < 10; i++) recorder.output(text("x".repeat(1000)));
  await recorder[Symbol.asyncDispose]();
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^The recording ended early: No space left/);
});
