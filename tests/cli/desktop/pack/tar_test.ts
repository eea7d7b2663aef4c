import assert from "node:assert/strict";
import fc from "fast-check";
import { readTar } from "../../../../cli/desktop/pack/tar.ts";
import { TempDir } from "../../../support/temp_dir.ts";
import { program, testWith } from "../../../support/needs.ts";
import { type Entry, tarOf } from "./archives.ts";

const text = (words: string) => new TextEncoder().encode(words);

/** The files of an archive that comes in parts of `part` bytes. */
async function read(
  archive: Uint8Array<ArrayBuffer>,
  most = 1e6,
  part = 1000,
): Promise<Record<string, string>> {
  const parts = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < archive.length; at += part) controller.enqueue(archive.subarray(at, at + part));
      controller.close();
    },
  });
  const files: Record<string, string> = {};
  for await (const { path, bytes } of readTar(parts, most)) {
    files[path] = "";
    for await (const piece of bytes) files[path] += new TextDecoder().decode(piece);
  }
  return files;
}

Deno.test("tar: files come with their paths and bytes, however the archive is cut", async () => {
  const entries = fc.uniqueArray(
    fc.record({ path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z.]{1,8}x){0,3}$/), size: fc.nat(2000) }),
    { selector: ({ path }) => path, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 3000 }), async (given, part) => {
      const files = given.map(({ path, size }) => ({ path, bytes: text("x".repeat(size)) }));
      const wanted = Object.fromEntries(
        files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
      );
      assert.deepEqual(await read(tarOf(files), 1e6, part), wanted);
    }),
    { numRuns: 100 },
  );
});

Deno.test("tar: a long path is put together from its two fields; folders are passed over", async () => {
  const entries = [{ path: "folder/", type: "5" }, { prefix: "a/b", path: "c/d.js", bytes: text("1") }];
  assert.deepEqual(await read(tarOf(entries)), { "a/b/c/d.js": "1" });
});

testWith([program("tar")], "tar: what GNU tar packs is read", async () => {
  await using temp = await TempDir.create();
  await temp.write({ "in/package/one.js": "one\n", "in/package/deep/two.js": "two\n" });
  const packed = temp.join("packed.tar");
  const args = ["--format=ustar", "-cf", packed, "-C", temp.join("in"), "package"];
  assert.ok((await new Deno.Command("tar", { args }).output()).success);
  const found = await read(await Deno.readFile(packed), 1e6, 512);
  assert.deepEqual(found, { "package/one.js": "one\n", "package/deep/two.js": "two\n" });
});

const REFUSED: Readonly<Record<string, readonly [Entry, RegExp]>> = {
  "a link": [{ path: "a", type: "2", link: "/etc/passwd" }, /neither a file nor a folder/],
  "a hard link": [{ path: "a", type: "1", link: "b" }, /neither a file nor a folder/],
  "a device": [{ path: "a", type: "3" }, /neither a file nor a folder/],
  "a header that changes the next one": [{ path: "a", type: "x", bytes: text("x") }, /neither a file/],
  "an absolute path": [{ path: "/etc/cron.d/a" }, /may lead elsewhere/],
  "a path upwards": [{ path: "package/../../a" }, /may lead elsewhere/],
  "a path upwards in the prefix": [{ path: "a", prefix: ".." }, /may lead elsewhere/],
  "a backslash": [{ path: "package\\..\\a" }, /may lead elsewhere/],
  "a drive": [{ path: "C:a" }, /may lead elsewhere/],
  "a control character": [{ path: "a\x1bb" }, /may lead elsewhere/],
  "no name": [{ path: "" }, /may lead elsewhere/],
  "a folder with bytes": [{ path: "a/", type: "5", bytes: text("x") }, /has bytes/],
};

for (const [what, [entry, message]] of Object.entries(REFUSED)) {
  Deno.test(`tar: ${what} is refused`, async () => {
    await assert.rejects(read(tarOf([{ path: "first", bytes: text("1") }, entry])), message);
  });
}

Deno.test("tar: an archive that ends too early, a wrong checksum and too many bytes are refused", async () => {
  const file = { path: "a", bytes: text("x".repeat(700)) };
  await assert.rejects(read(tarOf([file]).subarray(0, 900)), /ends too early/);
  await assert.rejects(read(tarOf([file], false)), /ends too early/);
  const damaged = tarOf([file]);
  damaged[0] = "b".charCodeAt(0);
  await assert.rejects(read(damaged), /checksum/);
  await assert.rejects(read(tarOf([{ ...file, size: 2 ** 32 }]), 1000), /more than 1000 bytes/);
  await assert.rejects(read(tarOf([file, file]), 1000), /more than 1000 bytes/);
  await assert.rejects(read(tarOf(Array.from({ length: 5001 }, () => ({ path: "a" })))), /more than 5000/);
});
