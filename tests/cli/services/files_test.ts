import assert from "node:assert/strict";
import { Part, sourceOf, systemSha256 } from "../../../cli/cp/disk_file.ts";
import { FileClient, SMALL_FILE, type Source } from "../../../session/services/file_client.ts";
import type { FileEntry } from "../../../session/services/file_heads.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { connected } from "../../support/service_streams.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { sharing } from "./shared_folder.ts";

const ID = "0123456789abcdef0123456789abcdef";
const OTHER = "fedcba9876543210fedcba9876543210";
const TIME = Date.UTC(2020, 1, 2, 3, 4, 5);

async function refused(what: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(what, (error) => {
    assert(error instanceof ServiceError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });
}

async function listed(entries: AsyncIterable<FileEntry>): Promise<string[]> {
  const all: string[] = [];
  for await (const { path, kind } of entries) all.push(`${kind} ${path}`);
  return all.sort();
}

/** `size` bytes that differ; `pieces` counts what was read of them. */
function bytesOf(size: number): Source & { readonly bytes: Uint8Array<ArrayBuffer>; pieces: number } {
  const bytes = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) % 256);
  return {
    bytes,
    size,
    pieces: 0,
    async *read(from, to) {
      for (let at = from; at < to; at += 10_000) {
        this.pieces++;
        yield bytes.subarray(at, Math.min(to, at + 10_000));
      }
    },
  };
}

const about = (path: string, id = ID) => ({ path, mode: 0o640, time: TIME, id });

Deno.test("files: sent, got and listed, with modes, times and awkward names", async () => {
  await using host = await sharing("shared folder");
  const { client, shared, dir } = host;
  const source = bytesOf(300_000);
  assert.equal(await client.folder("a b", {}), true);
  assert.equal(await client.folder("a b", {}), false);
  let told = -1;
  await client.put(about("a b/new\nline.bin"), source, (bytes) => told = bytes);
  assert.equal(told, 300_000);
  assert.deepEqual(await Deno.readFile(`${shared}/a b/new\nline.bin`), source.bytes);
  const info = await Deno.lstat(`${shared}/a b/new\nline.bin`);
  assert.equal(info.mode! & 0o777, 0o640);
  assert.equal(info.mtime!.getTime(), TIME);
  await client.folder("a b", { mode: 0o750, time: TIME });
  assert.equal((await Deno.lstat(`${shared}/a b`)).mtime!.getTime(), TIME);
  await client.put(about("empty"), bytesOf(0), () => {});
  assert.deepEqual(await listed(client.list("", true)), [
    "file a b/new\nline.bin",
    "file empty",
    "folder a b",
  ]);
  assert.deepEqual(await listed(client.list("empty", false)), ["file empty"]);
  {
    using part = await Part.open(`${dir}/part`);
    await client.get("a b/new\nline.bin", part.have, (got) => part.keep(got, `${dir}/here`, () => {}));
  }
  assert.deepEqual(await Deno.readFile(`${dir}/here`), source.bytes);
  const here = await Deno.lstat(`${dir}/here`);
  assert.deepEqual([here.mode! & 0o777, here.mtime!.getTime()], [0o640, TIME]);
  using file = await Deno.open(`${dir}/here`);
  await client.put(about("again"), sourceOf(file, here.size), () => {});
  assert.deepEqual(await Deno.readFile(`${shared}/again`), source.bytes);
});

Deno.test("files: no path leads out of the folder, and nothing but files and folders is opened", async () => {
  await using host = await sharing("s");
  const { client, shared, dir } = host;
  await Deno.writeTextFile(`${dir}/secret`, "secret");
  await Deno.mkdir(`${dir}/s2`);
  await Deno.symlink(`${dir}/secret`, `${shared}/link`);
  await Deno.symlink(dir, `${shared}/up`);
  await Deno.writeTextFile(`${shared}/file`, "file");
  await new Deno.Command("mkfifo", { args: [`${shared}/pipe`] }).output();
  const take = () => assert.fail("it was given");
  for (
    const path of [
      "../secret",
      "/etc/passwd",
      "a/../../secret",
      "./file",
      "a//b",
      "file/",
      "\0",
      "x".repeat(256),
      "..",
      "../s2/x",
    ]
  ) {
    await refused(client.get(path, { from: 0 }, take), "path");
    await refused(client.put(about(path), bytesOf(10), () => {}), "path");
    await refused(client.folder(path, {}), "path");
    await refused(client.list(path, true).next(), "path");
  }
  for (const path of ["up/secret", "up/s/file"]) {
    await refused(client.get(path, { from: 0 }, take), "path");
    await refused(client.put(about(path), bytesOf(10), () => {}), "path");
  }
  for (const path of ["link", "pipe", "up", ""]) await refused(client.get(path, { from: 0 }, take), "kind");
  await refused(client.get("nothing", { from: 0 }, take), "missing");
  await refused(client.put(about("no/such/folder"), bytesOf(10), () => {}), "missing");
  await refused(client.put(about(""), bytesOf(10), () => {}), "kind");
  // A link in the place of a file is replaced, never followed; a listing does not go through one.
  await client.put(about("link"), bytesOf(10), () => {});
  assert.equal(await Deno.readTextFile(`${dir}/secret`), "secret");
  assert.equal((await Deno.lstat(`${shared}/link`)).isFile, true);
  assert.deepEqual(await listed(client.list("", true)), ["file file", "file link", "link up", "other pipe"]);
  await Deno.symlink(`${dir}/secret`, `${shared}/.beach-${OTHER}.part`);
  await refused(client.put(about("x", OTHER), bytesOf(10), () => {}), "kind");
  assert.equal(await Deno.readTextFile(`${dir}/secret`), "secret");
});

Deno.test("files: a sending that breaks off leaves no file of that name, and goes on where it was; a changed file begins anew", async () => {
  await using host = await sharing("s");
  const { client, shared, streams } = host;
  const source = bytesOf(1_000_000);
  const breaking = client.put(about("big"), source, (bytes) => {
    if (bytes >= 500_000) streams.at(-1)!.reset(new ServiceError("gone", "the network broke"));
  });
  await refused(breaking, "gone");
  assert.deepEqual(await listed(client.list("", false)), [`file .beach-${ID}.part`]);
  const there = (await Deno.stat(`${shared}/.beach-${ID}.part`)).size;
  assert(there > 0 && there < 1_000_000, String(there));
  let first = -1;
  await client.put(about("big"), source, (bytes) => first = first < 0 ? bytes : first);
  assert.equal(first, there);
  assert.deepEqual(await Deno.readFile(`${shared}/big`), source.bytes);
  // What is there of another file is not gone on with.
  await Deno.writeFile(`${shared}/.beach-${ID}.part`, new Uint8Array(1000));
  first = -1;
  await client.put(about("big"), source, (bytes) => first = first < 0 ? bytes : first);
  assert.equal(first, 0);
  assert.deepEqual(await Deno.readFile(`${shared}/big`), source.bytes);
  assert.deepEqual(await listed(client.list("", false)), ["file big"]);
});

Deno.test("files: a getting goes on where it was, if the file still begins so", async () => {
  await using host = await sharing("s");
  const { client, shared, dir } = host;
  const { bytes } = bytesOf(400_000);
  await Deno.writeFile(`${shared}/big`, bytes);
  await Deno.writeFile(`${dir}/part`, bytes.subarray(0, 123_456));
  let first = -1;
  const take = async (path: string) => {
    using part = await Part.open(`${dir}/part`);
    assert.equal(part.have.from, 123_456);
    await client.get("big", part.have, (got) => part.keep(got, path, (n) => first = first < 0 ? n : first));
  };
  await take(`${dir}/one`);
  assert.equal(first, 123_456);
  assert.deepEqual(await Deno.readFile(`${dir}/one`), bytes);
  await Deno.writeFile(`${dir}/part`, bytes.subarray(0, 123_456));
  bytes[5]! ^= 1;
  await Deno.writeFile(`${shared}/big`, bytes);
  first = -1;
  await take(`${dir}/two`);
  assert.equal(first, 0);
  assert.deepEqual(await Deno.readFile(`${dir}/two`), bytes);
});

Deno.test("files: what lies about its size, its sum or its begin has no name in the end", async () => {
  await using host = await sharing("s");
  const { client, shared } = host;
  const short = { ...bytesOf(1000), size: 2000, read: bytesOf(1000).read };
  await assert.rejects(client.put(about("short"), short, () => {}));
  const wrong = new FileClient(client["open"], () => ({ update: () => {}, hex: () => "0".repeat(64) }));
  await refused(wrong.put(about("wrong", OTHER), bytesOf(1000), () => {}), "sum");
  assert.equal((await Deno.stat(`${shared}/.beach-${OTHER}.part`)).size, 0);
  assert.deepEqual((await listed(client.list("", false))).filter((name) => !name.includes(".part")), []);
});

Deno.test("files: a paste is kept in a private folder, and goes with the session", async () => {
  await using host = await sharing("s");
  const { bytes } = bytesOf(50_000);
  const path = await host.client.paste("image/png", bytes);
  assert.match(path, /\/beach-paste-\w+\/paste-1\.png$/);
  assert.deepEqual(await Deno.readFile(path), bytes);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(path.replace(/\/[^/]*$/, ""))).mode! & 0o777, 0o700);
  await refused(host.client.paste("application/x-sh", bytes), "kind");
});

Deno.test("files: what is not permitted is not looked at; a paste needs no leave", async () => {
  await using host = await sharing(
    "s",
    () => Promise.reject(new ServiceError("denied", "the host's person said no")),
  );
  await Deno.writeTextFile(`${host.shared}/f`, "secret");
  await refused(host.client.get("f", { from: 0 }, () => assert.fail("it was given")), "denied");
  await refused(host.client.list("", true).next(), "denied");
  await refused(host.client.put(about("g"), bytesOf(10), () => {}), "denied");
  assert.deepEqual([...Deno.readDirSync(host.shared)].map(({ name }) => name), ["f"]);
  await host.client.paste("text/plain", new Uint8Array([1]));
});

Deno.test("files: one part is written by one at a time, and an empty one goes", async () => {
  await using dir = await TempDir.create();
  const path = dir.join("part");
  {
    using _part = await Part.open(path);
    await refused(Part.open(path), "busy");
  }
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  using _again = await Part.open(path);
});

Deno.test("files: a small file is sent whole before the host has said a word", async () => {
  const open = connected((stream) =>
    void (async () => {
      const all = new Uint8Array(
        await new Response(stream.readable as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
      );
      assert.ok(all.length > SMALL_FILE, `${all.length}`);
      const writer = stream.writable.getWriter();
      await writer.write(encodeMessage({ from: 5, sha256: "0".repeat(64) }));
      await writer.write(encodeMessage({ done: true }));
      await writer.close();
    })()
  );
  const client = new FileClient(open, systemSha256);
  const told: number[] = [];
  await client.put(about("small"), bytesOf(SMALL_FILE), (bytes) => told.push(bytes));
  assert.deepEqual([told[0], told.at(-1)], [0, SMALL_FILE]);
});
