/** Disks without room, at either end: a small file system in memory. */
import assert from "node:assert/strict";
import { getFiles } from "../../../cli/cp/get_files.ts";
import { Progress } from "../../../cli/cp/progress.ts";
import { sendFiles } from "../../../cli/cp/send_files.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { lab, testWith } from "../../support/needs.ts";
import { sharing } from "../services/shared_folder.ts";

const KB = 1024;
const MB = 1024 * KB;

const progress = new Progress({ now: () => 0, columns: () => undefined, write: () => {} });
const options = { deep: true, signal: new AbortController().signal, progress };

/** A disk of 4 MiB at `path`. */
async function smallDisk(path: string): Promise<AsyncDisposable> {
  await run("mount", "-t", "tmpfs", "-o", "size=4m", "none", path);
  return { [Symbol.asyncDispose]: () => run("umount", path) };
}

async function run(...[command, ...args]: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command!, { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function noRoom(what: Promise<unknown>, words: RegExp): Promise<void> {
  await assert.rejects(what, (error) => {
    assert(error instanceof ServiceError, String(error));
    assert.equal(error.code, "no-room", error.message);
    assert.match(error.message, words);
    return true;
  });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

for (const end of ["the host's", "this machine's"] as const) {
  testWith(
    [lab],
    `cp: what does not fit on ${end} disk is refused at once; a disk that became full is left with room`,
    async () => {
      await using host = await sharing("shared");
      const here = `${host.dir}/here`;
      await Deno.mkdir(here);
      const [small, other] = end === "the host's" ? [host.shared, here] : [here, host.shared];
      await using _disk = await smallDisk(small);
      const copy = (name: string) =>
        end === "the host's"
          ? sendFiles(host.client, [`${here}/${name}`], "", options)
          : getFiles(host.client, [name], here, options);

      await Deno.writeFile(`${other}/large`, new Uint8Array(8 * MB));
      await noRoom(copy("large"), /large needs 8\.0 MiB, and .+ disk has room for 4\.0 MiB$/);
      assert.deepEqual(names(small), []);

      // Each fits, all of them do not.
      await Deno.mkdir(`${other}/many`);
      for (let i = 0; i < 8; i++) await Deno.writeFile(`${other}/many/${i}`, new Uint8Array(900 * KB));
      await noRoom(copy("many"), new RegExp(`^${end} disk is full$`));
      assert.deepEqual(names(`${small}/many`).filter((name) => name.startsWith(".")), []);
      await Deno.remove(`${small}/many`, { recursive: true });

      await Deno.remove(`${other}/many/7`);
      for (let i = 4; i < 7; i++) await Deno.remove(`${other}/many/${i}`);
      assert.equal(await copy("many"), 0);
      assert.equal(names(`${small}/many`).length, 4);
    },
  );
}
