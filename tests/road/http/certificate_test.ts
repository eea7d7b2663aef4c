import assert from "node:assert/strict";
import { startRoad } from "../../../road/server.ts";
import type { RoadEvent } from "../../../road/monitor/log.ts";
import { program, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { eventually } from "../client.ts";

async function openssl(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("openssl", { args, stdin: "null", stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

testWith(
  [program("openssl")],
  "TLS: a renewed certificate is used by new connections, a broken one is not",
  async () => {
    await using dir = await TempDir.create();
    const files = { cert: dir.join("cert.pem"), key: dir.join("key.pem") };
    const make = async (name: string) => {
      await openssl(
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "2",
        ],
        ...["-keyout", files.key, "-out", files.cert, "-subj", `/CN=${name}`],
      );
      return { cert: await Deno.readTextFile(files.cert), key: await Deno.readTextFile(files.key) };
    };
    const events: RoadEvent[] = [];
    const first = await make("first");
    await using road = await startRoad({
      tls: { ...first, files, every: 20 },
      log: (event) => events.push(event),
    });
    const subject = async () => {
      const at = `127.0.0.1:${road.addr.port}`;
      return (await openssl("s_client", "-connect", at)).match(/subject=.*CN ?= ?(\w+)/)?.[1];
    };
    assert.equal(await subject(), "first");
    const results = () =>
      events.filter(({ event }) => event === "certificate").map((e) => (e as { result: string }).result);
    await make("second");
    await eventually(() => results().at(-1) === "reloaded", "the new certificate");
    assert.equal(await subject(), "second");
    await Deno.writeTextFile(files.key, first.key);
    await eventually(() => results().at(-1) === "refused", "the broken pair to be refused");
    assert.equal(await subject(), "second");
  },
);
