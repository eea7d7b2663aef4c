/** Installing a pack from a registry on this machine, over real HTTP: whole, or not at all. */
import assert from "node:assert/strict";
import { installPack, removePacks } from "../../../../cli/desktop/pack/install.ts";
import { findPack, packsFolder, thisPack } from "../../../../cli/desktop/pack/packs_folder.ts";
import type { PinnedPack } from "../../../../cli/desktop/pack/pins.ts";
import { Failure } from "../../../../cli/process/failure.ts";
import { deadline, poll } from "../../../support/deadline.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { type Entry, gzip, pinOf, tarOf } from "./archives.ts";
import { type Answer, FakeRegistry } from "./fake_registry.ts";

const text = (words: string) => new TextEncoder().encode(words);
const SOME = await gzip(tarOf([
  { path: "package/package.json", bytes: text('{"name": "some"}') },
  { path: "package/dist/index.js", bytes: text("export {};") },
]));
const OTHER = await gzip(tarOf([{ path: "package/other.node", bytes: new Uint8Array(300_000).fill(7) }]));
const SOME_PATH = "/some/-/some-1.2.3.tgz";
const OTHER_PATH = "/@scope/other/-/other-1.2.3.tgz";
const PACKAGES = [pinOf("some", SOME), pinOf("@scope/other", OTHER)];

interface Scene {
  readonly environment: Record<string, string>;
  readonly folder: string;
  readonly registry: FakeRegistry;
  /** Bytes that came. */
  readonly came: () => number;
  install(packages?: PinnedPack["packages"], signal?: AbortSignal, silence?: number): Promise<string>;
}

/** Plays `act` with a registry that answers so. */
async function play(
  answers: Readonly<Record<string, Answer>>,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using temp = await TempDir.create();
  await using registry = new FakeRegistry(answers);
  const environment = {
    XDG_DATA_HOME: temp.join("data"),
    HOME: temp.path,
    npm_config_registry: registry.url,
  };
  let bytes = 0;
  await act({
    environment,
    registry,
    folder: packsFolder(environment),
    came: () => bytes,
    install: (packages = PACKAGES, signal = new AbortController().signal, silence = 30_000) => {
      const pack = { name: thisPack().name, packages, unpacked: 1_000_000 };
      const to = { signal, silence, advance: (more: number) => void (bytes += more) };
      return deadline(installPack(environment, to, pack), 10_000, "the installation");
    },
  });
}

/** Proves that an installation fails with one line, and leaves nothing. */
async function fails(scene: Scene, message: RegExp, packages?: PinnedPack["packages"]): Promise<void> {
  await assert.rejects(scene.install(packages), (error) => {
    assert.ok(error instanceof Failure, String(error));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  assert.deepEqual([...Deno.readDirSync(scene.folder)], []);
  assert.equal(findPack(scene.environment), undefined);
}

const GOOD = { [SOME_PATH]: { file: SOME }, [OTHER_PATH]: { file: OTHER } };

Deno.test("pack: it is installed where npm would put it, for its owner alone, and removed", () =>
  play(GOOD, async (scene) => {
    assert.equal(findPack(scene.environment), undefined);
    const path = await scene.install();
    assert.equal(findPack(scene.environment), path);
    assert.equal(await Deno.readTextFile(`${path}/node_modules/some/dist/index.js`), "export {};");
    assert.equal((await Deno.stat(`${path}/node_modules/@scope/other/other.node`)).size, 300_000);
    assert.equal(scene.came(), SOME.length + OTHER.length);
    for (const inside of [scene.folder, path, `${path}/node_modules/@scope/other`]) {
      assert.equal((await Deno.stat(inside)).mode! & 0o777, 0o700, inside);
    }
    assert.deepEqual([...Deno.readDirSync(scene.folder)].map(({ name }) => name), [thisPack().name]);
    assert.deepEqual(await removePacks(scene.environment), [path]);
    assert.deepEqual([...Deno.readDirSync(scene.folder)], []);
  }));

Deno.test("pack: a damaged package is refused, and nothing of it is unpacked", async () => {
  const damaged = OTHER.slice();
  damaged[OTHER.length - 5]! ^= 1;
  await play(
    { ...GOOD, [OTHER_PATH]: { file: damaged } },
    (scene) => fails(scene, /not the package.*SHA-512/),
  );
});

Deno.test("pack: another package of the same size, and one that is larger, are refused", async () => {
  const same = new Uint8Array(OTHER.length);
  await play({ ...GOOD, [OTHER_PATH]: { file: same } }, (scene) => fails(scene, /SHA-512 is another/));
  const larger = new Uint8Array(OTHER.length + 100_000);
  await play({ ...GOOD, [OTHER_PATH]: { file: larger } }, async (scene) => {
    await fails(scene, /more than \d+ bytes came/i);
  });
});

Deno.test("pack: a download that is cut, refused or not there says so", async () => {
  const cut = { cut: OTHER.subarray(0, 100), length: OTHER.length };
  await play({ ...GOOD, [OTHER_PATH]: cut }, (scene) => fails(scene, /could not be downloaded/));
  const short = { cut: OTHER.subarray(0, 100), length: 100 };
  await play({ ...GOOD, [OTHER_PATH]: short }, (scene) => fails(scene, /it ended after 100 of \d+ bytes/i));
  await play(
    { ...GOOD, [OTHER_PATH]: { status: 404 } },
    (scene) => fails(scene, /answered 404.*other-1\.2\.3/),
  );
  await play({ ...GOOD, [OTHER_PATH]: { status: 403 } }, (scene) => fails(scene, /answered 403.*login/));
  await play({}, async (scene) => {
    await scene.registry.close();
    await fails(scene, /could not be downloaded/);
  });
});

Deno.test("pack: who stops an installation finds nothing left of it", () =>
  play({ ...GOOD, [OTHER_PATH]: { stall: OTHER.subarray(0, 100) } }, async (scene) => {
    const stop = new AbortController();
    const installed = scene.install(PACKAGES, stop.signal);
    const reason = new Error("Ctrl-C");
    await poll(() => scene.came() > SOME.length, 10_000, "the first bytes of the second package");
    stop.abort(reason);
    await assert.rejects(installed, (error) => error === reason);
    assert.deepEqual([...Deno.readDirSync(scene.folder)], []);
  }));

Deno.test("pack: a registry that says nothing any more is given up", () =>
  play({ ...GOOD, [OTHER_PATH]: { stall: OTHER.subarray(0, 100) } }, async (scene) => {
    await assert.rejects(scene.install(PACKAGES, undefined, 200), /nothing came for 0\.2 s/i);
    assert.deepEqual([...Deno.readDirSync(scene.folder)], []);
  }));

const HOSTILE: Readonly<Record<string, readonly [Entry, RegExp]>> = {
  "a link": [{ path: "package/a", type: "2", link: "/etc/passwd" }, /neither a file nor a folder/],
  "a path upwards": [{ path: "package/../../../a", bytes: text("x") }, /may lead elsewhere/],
  "a file beside its folder": [{ path: "elsewhere/a", bytes: text("x") }, /is not in package/],
  "more than a pack has": [{ path: "package/a", bytes: new Uint8Array(1_000_001) }, /more than 1000000/],
};
for (const [what, [entry, message]] of Object.entries(HOSTILE)) {
  Deno.test(`pack: an archive with ${what} leaves nothing, although its checksum is right`, async () => {
    const archive = await gzip(tarOf([entry]));
    await play(
      { [SOME_PATH]: { file: archive } },
      (scene) => fails(scene, message, [pinOf("some", archive)]),
    );
  });
}

Deno.test("pack: on Windows the native part goes where the package looks first", () =>
  play(GOOD, async (scene) => {
    const path = await scene.install([PACKAGES[0]!, { ...PACKAGES[1]!, nativeTo: "some/binary" }]);
    assert.ok((await Deno.stat(`${path}/node_modules/some/binary/other.node`)).isFile);
  }));

Deno.test("pack: two installations at once leave one pack", () =>
  play(GOOD, async (scene) => {
    const [one, other] = await Promise.all([scene.install(), scene.install()]);
    assert.equal(one, other);
    assert.deepEqual([...Deno.readDirSync(scene.folder)].map(({ name }) => name), [thisPack().name]);
  }));

Deno.test("pack: what a killed installation left is removed by a later one, not by one at the same time", () =>
  play(GOOD, async (scene) => {
    for (const name of [".unfinished-old", ".unfinished-new"]) {
      await Deno.mkdir(`${scene.folder}/${name}`, { recursive: true });
    }
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await Deno.utime(`${scene.folder}/.unfinished-old`, longAgo, longAgo);
    await scene.install();
    const names = [...Deno.readDirSync(scene.folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, [".unfinished-new", thisPack().name]);
  }));

Deno.test("pack: a folder that others can write to is not used", () =>
  play(GOOD, async (scene) => {
    const path = await scene.install();
    await Deno.chmod(path, 0o777);
    assert.throws(() => findPack(scene.environment), /only you can write to/);
  }));
