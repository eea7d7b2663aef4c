import assert from "node:assert/strict";
import { getFiles } from "../../../cli/cp/get_files.ts";
import { parsePlace } from "../../../cli/options/place.ts";
import { pooled } from "../../../cli/cp/pool.ts";
import { Progress } from "../../../cli/cp/progress.ts";
import { sendFiles } from "../../../cli/cp/send_files.ts";
import { faultOf } from "../../../cli/services/file_root.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { sharing } from "../services/shared_folder.ts";

const NEVER = new AbortController().signal;

/** Copies with what was said of it. */
function copying(deep = true, signal = NEVER) {
  let said = "";
  const progress = new Progress({ now: () => 0, columns: () => undefined, write: (text) => said += text });
  return { options: { deep, signal, progress }, said: () => said };
}

/** Every path below `folder`, with kind, mode, time and content. */
async function tree(folder: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  const visit = async (path: string) => {
    for await (const { name } of Deno.readDir(`${folder}${path}`)) {
      const inside = `${path}/${name}`;
      const info = await Deno.lstat(folder + inside);
      const what = info.isFile
        ? await Deno.readTextFile(folder + inside)
        : info.isDirectory
        ? "folder"
        : "link";
      all[inside] = `${(info.mode! & 0o777).toString(8)} ${
        info.isSymlink ? "" : info.mtime!.getTime()
      } ${what}`;
      if (info.isDirectory) await visit(inside);
    }
  };
  await visit("");
  return all;
}

async function makeTree(at: string): Promise<void> {
  await Deno.mkdir(`${at}/a b/deep/er`, { recursive: true });
  for (const [i, name] of ["one", "a b/two\nlines", "a b/deep/-r", "a b/deep/er/ü", "a b/$(x)"].entries()) {
    await Deno.writeTextFile(`${at}/${name}`, `content ${i}`);
    await Deno.chmod(`${at}/${name}`, 0o600 + i);
    await Deno.utime(`${at}/${name}`, 1_500_000_000 + i, 1_500_000_000 + i);
  }
  await Deno.writeTextFile(`${at}/empty`, "");
  await Deno.chmod(`${at}/a b/deep`, 0o711);
  for (const folder of ["a b/deep/er", "a b/deep", "a b", ""]) {
    await Deno.utime(`${at}/${folder}`, 1_400_000_000, 1_400_000_000);
  }
}

Deno.test("cp: a folder there and back is the same, modes and times too", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  await Deno.mkdir(`${dir}/src`);
  await makeTree(`${dir}/src`);
  const there = copying();
  assert.equal(await sendFiles(client, [`${dir}/src`], "", there.options), 0, there.said());
  assert.deepEqual(await tree(`${shared}/src`), await tree(`${dir}/src`));
  const back = copying();
  assert.equal(await getFiles(client, ["src"], `${dir}/back`, back.options), 0, back.said());
  assert.deepEqual(await tree(`${dir}/back`), await tree(`${dir}/src`));
  // Again, onto what is there.
  assert.equal(await sendFiles(client, [`${dir}/src`], "", copying().options), 0);
  assert.deepEqual(await tree(`${shared}/src`), await tree(`${dir}/src`));
});

Deno.test("cp: files into a folder or under a name; what can't be is one clear line", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  await Deno.writeTextFile(`${dir}/f`, "1");
  await Deno.writeTextFile(`${dir}/g`, "2");
  await Deno.mkdir(`${shared}/in`);
  const { options } = copying(false);
  await sendFiles(client, [`${dir}/f`, `${dir}/g`], "in", options);
  await sendFiles(client, [`${dir}/f`], "in/name", options);
  assert.deepEqual(Object.keys(await tree(`${shared}/in`)).sort(), ["/f", "/g", "/name"]);
  await assert.rejects(
    sendFiles(client, [`${dir}/f`, `${dir}/g`], "nowhere", options),
    /Several files need a folder.*"nowhere"/,
  );
  await assert.rejects(sendFiles(client, [`${dir}/none`], "in", options), /no such file.*none/);
  await assert.rejects(sendFiles(client, [dir], "in", options), /This is a folder.*Add -r/);
  await assert.rejects(getFiles(client, ["in"], dir, options), /This is a folder.*Add -r/);
  await assert.rejects(getFiles(client, ["in/f", "in/g"], `${dir}/no`, options), /no such folder/);
  await assert.rejects(getFiles(client, ["in/f"], `${dir}/no/name`, options), /no such folder.*\/no"/);
  await assert.rejects(
    getFiles(client, ["none"], dir, options),
    (error) => error instanceof ServiceError && error.code === "missing",
  );
  await getFiles(client, ["in/name"], `${dir}/named`, options);
  assert.equal(await Deno.readTextFile(`${dir}/named`), "1");
});

Deno.test("cp: links are left out and said, and the rest is copied", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  await Deno.mkdir(`${dir}/src`);
  await Deno.writeTextFile(`${dir}/src/f`, "1");
  await Deno.symlink("/etc/passwd", `${dir}/src/link`);
  const there = copying();
  assert.equal(await sendFiles(client, [`${dir}/src`], "", there.options), 1);
  assert.match(there.said(), /src\/link: a symbolic link is left out/);
  await Deno.symlink("/etc/passwd", `${shared}/src/link`);
  const back = copying();
  assert.equal(await getFiles(client, ["src"], `${dir}/back`, back.options), 1);
  assert.match(back.said(), /src\/link: a symbolic link is left out/);
  assert.deepEqual(Object.keys(await tree(`${dir}/back`)), ["/f"]);
});

Deno.test("cp: a host whose names lead elsewhere gets nothing written there", async () => {
  await using host = await sharing("shared");
  const { client, dir } = host;
  const lying = Object.create(client) as typeof client;
  const entry = (path: string, kind: "file" | "folder") => ({ path, kind, size: 1, mode: 0o644, time: 0 });
  lying.list = async function* () {
    yield entry("x/../../escaped", "file");
    yield entry("elsewhere", "file");
    yield entry("x/a//b", "file");
    yield entry("x/..", "folder");
  };
  lying.get = () => assert.fail("it was asked for");
  const { options, said } = copying();
  await Deno.mkdir(`${dir}/in`);
  assert.equal(await getFiles(lying, ["x"], `${dir}/in`, options), 4);
  assert.match(said(), /escaped: a name that can't be used here/);
  assert.deepEqual(Object.keys(await tree(`${dir}/in`)), ["/x"]);
});

Deno.test("cp: which argument is a place at a host", () => {
  const host = (text: string) => {
    const place = parsePlace(text);
    return place.at === "host" ? [place.code?.session, place.code?.road, place.path] : place.path;
  };
  assert.deepEqual(host("7kq2mx-river-lamp-ocean:a/b"), ["7kq2mx", undefined, "a/b"]);
  assert.deepEqual(host("7kq2mx-river-lamp-ocean@192.168.1.5:41234:a:b"), [
    "7kq2mx",
    "http://192.168.1.5:41234",
    "a:b",
  ]);
  assert.deepEqual(host("https://road.example/j/7kq2mx#river-lamp-ocean:./x/"), [
    "7kq2mx",
    "https://road.example",
    "x",
  ]);
  assert.deepEqual(host("7kq2mx-river-lamp-ocean:"), ["7kq2mx", undefined, ""]);
  assert.deepEqual(host("-:x"), [undefined, undefined, "x"]);
  for (const path of ["file", "./7kq2mx-river-lamp-ocean:x", "/a:b", "a:b", "C:\\x"]) {
    assert.equal(host(path), path);
  }
  assert.throws(() => parsePlace("7kq2mx-river-lamp-ocean@192.168.1.5:41234"), /without a path.*CODE:PATH/);
});

Deno.test("cp: a pool runs so many at once, all of them, and stops at the first fault", async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await pooled([1, 2, 3, 4, 5, 6, 7], { most: 3 }, async (n) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, n % 2));
    running--;
    done.push(n);
  });
  assert.equal(most, 3);
  assert.deepEqual(done.sort(), [1, 2, 3, 4, 5, 6, 7]);
  let weight = 0;
  await pooled([3, 1, 2, 9, 1], { most: 3, weight: (n) => n }, async (n) => {
    weight += n;
    assert.ok(weight <= Math.max(3, n), `${weight} at once`);
    await new Promise((resolve) => setTimeout(resolve));
    weight -= n;
  });
  const begun: number[] = [];
  await assert.rejects(
    pooled([1, 2, 3, 4], { most: 1 }, (n) => {
      begun.push(n);
      return n === 2 ? Promise.reject(new Error("two")) : Promise.resolve();
    }),
    /two/,
  );
  assert.deepEqual(begun, [1, 2]);
});

Deno.test("cp: a host whose listing never ends is left, with one line", async () => {
  await using host = await sharing("shared");
  const lying = Object.create(host.client) as typeof host.client;
  let listed = 0;
  const name = "n".repeat(4000);
  lying.list = async function* () {
    for (;;) yield { path: `x/${name}${listed++}`, kind: "file", size: 1, mode: 0o644, time: 0 } as const;
  };
  const { options } = copying();
  await assert.rejects(getFiles(lying, ["x"], host.dir, options), /lists too much to be copied at once/);
  assert.ok(listed < 20_000, `${listed} names`);
});

Deno.test("cp: one file that the host's system does not let it read is said, and the rest is copied", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  await Deno.mkdir(`${shared}/src`);
  for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${shared}/src/${name}`, name);
  // Whoever runs the tests may read each of them: what the system would say is put in its place.
  const refusing = Object.create(client) as typeof client;
  refusing.list = (...about) => client.list(...about);
  refusing.get = (path, have, take, signal) =>
    path === "src/b"
      ? Promise.reject(faultOf(new Deno.errors.PermissionDenied("open"), path))
      : client.get(path, have, take, signal);
  const { options, said } = copying();
  assert.equal(await getFiles(refusing, ["src"], `${dir}/back`, options), 1);
  assert.equal(said(), "beach: src/b: the host's system does not allow it: src/b\n");
  assert.deepEqual(Object.keys(await tree(`${dir}/back`)).sort(), ["/a", "/c"]);
});
