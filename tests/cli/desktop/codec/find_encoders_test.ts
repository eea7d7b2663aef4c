/** Trials of encoders, in processes that behave as drivers do. */
import assert from "node:assert/strict";
import { tryEncoder } from "../../../../cli/desktop/codec/encoder_trial.ts";
import { findEncoders, type Words } from "../../../../cli/desktop/codec/find_encoders.ts";
import { loadFfmpeg } from "../../../../cli/desktop/codec/node_av.ts";
import { deadline } from "../../../support/deadline.ts";
import { desktopPack, packFolder } from "../../../support/desktop_pack.ts";
import { testWith, unixTerminal } from "../../../support/needs.ts";

const never = new AbortController().signal;
const sh = (script: string) => (): Words => ["sh", "-c", script];

async function found(script: string, stop = never) {
  const findings = await findEncoders(sh(script), stop, ["h264_some"]);
  assert.deepEqual(findings.at(-1), { name: "libx264", works: true });
  assert.equal(findings.length, 2);
  const { name, ...trial } = findings[0]!;
  assert.equal(name, "h264_some");
  return trial;
}

testWith(
  [unixTerminal],
  "encoders: what a trial prints counts, whatever the driver printed before",
  async () => {
    assert.deepEqual(await found(`echo libva info; echo '{"works": true, "ms": 3}'`), { works: true, ms: 3 });
    assert.deepEqual(await found(`echo '{"works": false, "why": "no card"}'`), {
      works: false,
      why: "no card",
    });
  },
);

testWith(
  [unixTerminal],
  "encoders: a driver that crashes, fails, is silent or floods is none, and the host goes on",
  async () => {
    assert.match((await found("kill -SEGV $$")).why!, /crashed \(SIGSEGV\)/);
    assert.match((await found("exit 3")).why!, /trial failed/);
    assert.match((await found("echo nonsense")).why!, /nothing that can be read/);
    assert.equal((await deadline(found("yes"), 10_000, "the end of a flood")).works, false);
  },
);

testWith(
  [unixTerminal],
  "encoders: a driver that never answers is given up after 6 s, although it hears no SIGTERM",
  async () => {
    const began = performance.now();
    const trial = await deadline(found("trap '' TERM; exec sleep 60"), 15_000, "the end of the trial");
    assert.match(trial.why!, /no answer within 6 s/);
    assert.ok(performance.now() - began > 5000);
  },
);

testWith([unixTerminal], "encoders: who stops the host does not wait for a trial", async () => {
  const stop = new AbortController();
  const search = found("exec sleep 60", stop.signal);
  const reason = new Error("Ctrl-C");
  setTimeout(() => stop.abort(reason), 100);
  await assert.rejects(deadline(search, 3000, "the end of the search"), (error) => error === reason);
});

testWith([desktopPack], "encoders: a trial finds what works, and says why the rest does not", async () => {
  const ffmpeg = await loadFfmpeg(packFolder());
  const software = await tryEncoder(ffmpeg, "libx264");
  assert.ok(software.works || /^too slow/.test(software.why!), `libx264: ${software.why}`);
  const none = await tryEncoder(ffmpeg, "h264_v4l2m2m");
  assert.equal(none.works, false);
  assert.match(none.why!, /could not open the encoder h264_v4l2m2m/);
  // An encoder of FFmpeg's that is none of H.264.
  assert.equal((await tryEncoder(ffmpeg, "mpeg4")).works, false);
});
