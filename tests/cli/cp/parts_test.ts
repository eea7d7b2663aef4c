/** What `beach cp` keeps here of a file that is not whole. */
import assert from "node:assert/strict";
import { Part } from "../../../cli/cp/disk_file.ts";
import { getFiles } from "../../../cli/cp/get_files.ts";
import { Progress } from "../../../cli/cp/progress.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { sharing } from "../services/shared_folder.ts";

async function* brokenOff(code: string): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(100);
  throw new ServiceError(code, "why");
}

Deno.test("cp: of a file that changes while it is got nothing is left here; of one that breaks off its begin is", async () => {
  await using host = await sharing("shared");
  const { dir } = host;
  const names = () =>
    [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name.endsWith(".part"));
  for (const [code, left] of [["changed", []], ["gone", ["x.part"]]] as const) {
    {
      using part = await Part.open(`${dir}/x.part`);
      const got = {
        size: 200,
        mode: 0o600,
        time: 0,
        from: 0,
        bytes: brokenOff(code),
        sum: () => Promise.reject(new Error("it is not asked for")),
      };
      await assert.rejects(part.keep(got, `${dir}/x`, () => {}), { code });
    }
    assert.deepEqual(names(), left);
  }
});

Deno.test("cp: parts that nobody went on with for a week are removed where files are got to, and nothing else", async () => {
  await using host = await sharing("shared");
  const { client, dir, shared } = host;
  const progress = new Progress({ now: () => 0, columns: () => undefined, write: () => {} });
  const options = { deep: false, signal: new AbortController().signal, progress };
  await Deno.mkdir(`${dir}/to`);
  await Deno.writeTextFile(`${shared}/f`, "1");
  const now = Date.now() / 1000;
  const part = (digit: string) => `.beach-${digit.repeat(32)}.part`;
  for (
    const [name, days] of [[part("a"), 8], [part("b"), 6], ["mine.part", 100], [
      ".beach-mine.part",
      100,
    ]] as const
  ) {
    await Deno.writeTextFile(`${dir}/to/${name}`, "begin");
    await Deno.utime(`${dir}/to/${name}`, now - days * 86_400, now - days * 86_400);
  }
  assert.equal(await getFiles(client, ["f"], `${dir}/to`, options), 0);
  const left = [...Deno.readDirSync(`${dir}/to`)].map(({ name }) => name).sort();
  assert.deepEqual(left, [part("b"), ".beach-mine.part", "f", "mine.part"].sort());
});
