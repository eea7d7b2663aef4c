/** Two tries to send one file at once: a viewer may have lost its link and come back before the host knows. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { sharing } from "./shared_folder.ts";

Deno.test("files: of two sendings with one id the newer goes on where the older was, and the older ends", async () => {
  await using host = await sharing("s");
  const { client, shared } = host;
  const bytes = new Uint8Array(300_000).map((_, i) => i * 31 + (i >> 8));
  const half = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  const source = (slow: boolean) => ({
    size: bytes.length,
    async *read(from: number, to: number): AsyncGenerator<Uint8Array> {
      if (!slow) return yield bytes.subarray(from, to);
      yield bytes.subarray(from, Math.min(to, 100_000));
      half.resolve();
      await waiting.promise;
    },
  });
  const about = { path: "big", mode: 0o600, time: 0, id: "0123456789abcdef0123456789abcdef" };
  const older = client.put(about, source(true), () => {});
  const ended = assert.rejects(older, (error) => error instanceof ServiceError && error.code === "busy");
  await half.promise;
  await client.put(about, source(false), () => {});
  waiting.resolve();
  await ended;
  assert.deepEqual(await Deno.readFile(`${shared}/big`), bytes);
  assert.deepEqual([...Deno.readDirSync(shared)].map(({ name }) => name), ["big"]);
});
