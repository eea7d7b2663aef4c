/** Whatever path a viewer asks for, nothing outside of the shared folder is read, listed, written or made. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FileClient } from "../../../session/services/file_client.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { sharing } from "./shared_folder.ts";

const ID = "0123456789abcdef0123456789abcdef";
/** `up` and `out` are links that lead out, `in` one that does not; `file` is a file, `folder` a folder. */
const part = fc.constantFrom(
  "..",
  ".",
  "",
  "folder",
  "file",
  "up",
  "in",
  "out",
  "new",
  "\0",
  "ü",
  "a b",
  "\\..\\..",
  "%2e%2e",
  "x".repeat(256),
);
const path = fc.tuple(fc.constantFrom("", "", "", "/", "//"), fc.array(part, { maxLength: 6 }))
  .map(([begin, parts]) => begin + parts.join("/"));

/** Every path below `folder` but what is shared, with contents; links are not followed. */
function outside(folder: string, but: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory, isFile }) => {
    const path = `${folder}/${name}`;
    if (path === but) return [];
    return isDirectory
      ? [path, ...outside(path, but)]
      : [isFile ? `${path} ${Deno.readTextFileSync(path)}` : path];
  }).sort();
}

/** As `work`; a refusal is fine. */
async function orRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => assert.ok(error instanceof ServiceError, String(error)));
}

async function everything(client: FileClient, path: string): Promise<void> {
  await orRefused(client.get(path, { from: 0 }, async ({ bytes, sum }) => {
    let text = "";
    for await (const some of bytes) text += new TextDecoder().decode(some);
    assert.ok(!text.includes("secret"), `${JSON.stringify(path)} gave a secret`);
    await sum();
  }));
  const list = async () => {
    for await (const { path: inside } of client.list(path, true)) {
      assert.ok(!/secret|(?:^|\/)\.\.(?:\/|$)/.test(inside), `${JSON.stringify(path)} listed ${inside}`);
    }
  };
  await orRefused(list());
  await orRefused(client.folder(path, { mode: 0o700, time: 0 }));
  const source = {
    size: 5,
    async *read(from: number, to: number): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode("mine!").subarray(from, to);
    },
  };
  await orRefused(client.put({ path, mode: 0o600, time: 0, id: ID }, source, () => {}));
}

Deno.test("files: whatever path is got, listed, made or put, all outside of the folder is as it was", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  await Deno.mkdir(`${dir}/private/deep`, { recursive: true });
  await Deno.writeTextFile(`${dir}/secret`, "secret");
  await Deno.writeTextFile(`${dir}/private/deep/secret`, "secret too");
  await Deno.mkdir(`${shared}/folder`);
  await Deno.writeTextFile(`${shared}/folder/file`, "file");
  await Deno.symlink(dir, `${shared}/up`);
  await Deno.symlink(`${dir}/secret`, `${shared}/folder/out`);
  await Deno.symlink("folder", `${shared}/in`);
  const before = outside(dir, shared);
  await fc.assert(
    fc.asyncProperty(path, async (path) => {
      await everything(client, path);
      assert.deepEqual(outside(dir, shared), before);
    }),
    { numRuns: 150 },
  );
});
