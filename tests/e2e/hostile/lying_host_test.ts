/** Hosts that lie to `cp`, `call` and `join -L`: one clear line, no file of that name, bounded memory, and Ctrl-C always works. */
import assert from "node:assert/strict";
import { encodeMessage } from "../../../session/services/messages.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { poll } from "../../support/deadline.ts";
import { linux, testWith } from "../../support/needs.ts";
import { BEACH, Scene, SOON, START } from "../scene.ts";
import { beach } from "../services/services_scene.ts";
import { costOf, MB } from "./hostile_scene.ts";
import { endless, type Lie, LyingHost, say } from "./lying_host.ts";

const EVIL = "\x1b[2J\x07evil\u202e";
const SUM = { sha256: "0".repeat(64) };
const entry = (path: string, size: number, kind = "file") => ({ path, kind, size, mode: 0o600, time: 0 });

const found = (size: number, from = 0) => ({ size, mode: 0o600, time: 0, from });

/** What a host says of `get f`, of which it listed 10 bytes. */
const GETS: Readonly<Record<string, Lie>> = {
  "more than it said": say(found(10), new Uint8Array(1000)),
  "another sum": say(found(10), new Uint8Array(10), SUM),
  "a sum that is none": say(found(10), new Uint8Array(10), { sha256: "x" }),
  "no sum": say(found(10), new Uint8Array(10)),
  "it goes on where nothing is": say(found(10, 5), new Uint8Array(5), SUM),
  "it goes on behind the end": say(found(10, 11), SUM),
  "a size below nothing": say(found(-1)),
  "a size that is no number": say({ ...found(1), size: "1" }),
  "a mode that sets the user id": say({ ...found(1), mode: 0o4755 }),
  "a time that no file has": say({ ...found(1), time: 1e300 }),
  "a message that is huge": say(new Uint8Array(8).fill(255)),
  "a message that is no JSON": say(Uint8Array.of(1, 0, 0, 0, 123)),
  "nothing": say(),
  "an error with control characters": (stream) => Promise.resolve(stream.reset(new ServiceError(EVIL, EVIL))),
};
const PUTS: Readonly<Record<string, Lie>> = {
  "it has more than the file": say({ from: 100, ...SUM }),
  "it has what can't be": say({ from: -1, ...SUM }),
  "no sum": say({ from: 0 }),
  "not done": say({ from: 0, ...SUM }, { done: false }),
  "nothing": say(),
};

/** Those that end the session for `cp`: nothing else is asked for. */
const ENDS: Readonly<Record<string, Lie>> = {
  "less than it said": say(found(10), new Uint8Array(3)),
  "more than any disk has": endless([found(2 ** 50)], () => new Uint8Array(1000)),
  "gone": (stream) => Promise.resolve(stream.reset(new ServiceError("gone", EVIL))),
};

/** Each path below `dir` is a lie of that name. */
const files = (lies: Readonly<Record<string, Lie>>): Lie => (stream, head) => {
  const path = String(head.path);
  const lie = lies[path.slice("dir/".length)];
  if (lie && head.op !== "folder") return lie(stream, head);
  if (head.op === "folder") return say({ made: true })(stream, head);
  if (head.op !== "list" || path !== "dir") {
    return Promise.resolve(stream.reset(new ServiceError("missing", EVIL)));
  }
  return say(...Object.keys(lies).map((name) => entry(`dir/${name}`, 10)))(stream, head);
};

/** One line for each, without what terminals obey. */
function assertLines(stderr: string, names: readonly string[]): void {
  assert.match(stderr, /^(?:beach: \P{C}+\n)+$/u);
  const lines = stderr.split("\n").slice(0, -1);
  for (const name of names) assert.equal(lines.filter((line) => line.includes(`/${name}: `)).length, 1, name);
  assert.equal(lines.length, names.length, stderr);
}

const filesIn = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : name.endsWith(".part") ? [] : [name]
  );

testWith(
  [linux],
  "cp: whatever a host says of a file, there is one line, and no file of that name",
  () =>
    Scene.play(async (scene) => {
      let lie: Lie = say();
      await using host = await LyingHost.start((stream, head) => lie(stream, head));
      const here = scene.dir.join("here");
      await Deno.mkdir(here);
      const cp = (...args: string[]) => beach(scene, ["cp", "-r", "--force-websocket", ...args]);

      lie = files(GETS);
      const got = await cp(`${host.code}:dir`, here);
      assert.deepEqual([got.code, got.stdout], [1, ""], got.stderr);
      assertLines(got.stderr, Object.keys(GETS));
      for (const [name, get] of Object.entries(ENDS)) {
        lie = files({ [name]: get });
        const { code, stderr } = await cp(`${host.code}:dir`, here);
        assert.equal(code, 1);
        assert.match(stderr, /^beach: Not copied: \P{C}+\n$/u, name);
      }
      assert.deepEqual(filesIn(here), []);

      await Deno.mkdir(scene.dir.join("dir"));
      for (const name of Object.keys(PUTS)) {
        await Deno.writeTextFile(scene.dir.join(`dir/${name}`), "0123456789");
      }
      lie = files(PUTS);
      const sent = await cp(scene.dir.join("dir"), `${host.code}:dir`);
      assert.equal(sent.code, 1);
      assertLines(sent.stderr, Object.keys(PUTS));
    }),
);

testWith(
  [linux],
  "cp: a file and a listing that never end cost bounded memory, and Ctrl-C ends them",
  () =>
    Scene.play(async (scene) => {
      let listed = 0;
      const piece = new Uint8Array(64 * 1024);
      const lines = Array.from({ length: 500 }, (_, i) => encodeMessage(entry(`many/${i}`, 1)));
      const listing = new Uint8Array(await new Blob(lines as Uint8Array<ArrayBuffer>[]).arrayBuffer());
      await using host = await LyingHost.start((stream, head) => {
        const { op, path } = head;
        if (op === "get") return endless([found(2 ** 31)], () => piece)(stream, head);
        if (path === "many") return endless([], () => (listed++, listing))(stream, head);
        return say(entry(String(path), 10))(stream, head);
      });
      const here = scene.dir.join("here");
      await Deno.mkdir(here);
      for (const [path, flags] of [["file", []], ["many", ["-r"]]] as const) {
        const cp = scene.run([...BEACH, "cp", "--force-websocket", ...flags, `${host.code}:${path}`, here]);
        // It goes on for a while.
        if (path === "file") {
          const size = () =>
            [...Deno.readDirSync(here)].reduce(
              (all, { name }) => all + Deno.statSync(`${here}/${name}`).size,
              0,
            );
          await poll(() => size() > 4 * MB, START, "bytes of the file");
        } else await poll(() => listed > 20, START, "a long listing");
        const cost = costOf(cp.pid);
        await poll(() => cost().cpu > 500, START, "more of it");
        const { memory } = cost();
        cp.kill("SIGINT");
        const { code } = await cp.waitForExit(SOON);
        console.log(JSON.stringify({ path, memory, code }));
        assert.equal(code, 130);
        assert.ok(memory < 100, `${path}: ${memory} MB more`);
      }
      assert.deepEqual(filesIn(here), []);
    }),
);
