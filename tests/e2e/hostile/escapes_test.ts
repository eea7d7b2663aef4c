/** What a hostile viewer asks for, at a real host, leads nowhere but to what the host's person named. */
import assert from "node:assert/strict";
import { FILES } from "../../../session/services/file_heads.ts";
import { FORWARD } from "../../../session/services/forward_target.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { RequestClient } from "../../../session/services/request_client.ts";
import { REQUESTS } from "../../../session/services/request_heads.ts";
import { encodeHead, type OpenStream } from "../../../session/services/service_stream.ts";
import { linux, testWith, unixTerminal } from "../../support/needs.ts";
import { headless } from "../headless.ts";
import { Scene } from "../scene.ts";
import { serveHttp } from "../services/services_scene.ts";
import { codeOf, viewerOf } from "./hostile_scene.ts";

/** Sends `bytes` behind the host's first message, as the whole of a put; the code that it ends with. */
async function put(
  open: OpenStream,
  path: string,
  size: number,
  bytes: Uint8Array,
  n: number,
): Promise<string> {
  const id = n.toString(16).padStart(32, "f");
  const stream = open(FILES, encodeHead({ op: "put", path, size, mode: 0o600, time: 0, id }));
  const over = codeOf(stream);
  const writer = stream.writable.getWriter();
  await writer.write(encodeMessage({ from: 0 }));
  await writer.write(bytes).then(() => writer.close()).catch(() => {});
  return await over;
}

testWith(
  [linux, unixTerminal],
  "what a hostile viewer asks for leads nowhere but to what was named: other origins, other files, sizes that lie",
  () =>
    Scene.play(async (scene) => {
      const asked: string[] = [];
      await using web = serveHttp((request) => {
        const { headers, url } = request;
        asked.push(`${headers.get("host")} ${headers.get("origin")} ${new URL(url).pathname}`);
        return new Response("", { status: 302, headers: { location: "http://169.254.169.254/" } });
      });
      await using elsewhere = serveHttp(() => assert.fail("another origin was asked"));
      const shared = scene.dir.join("shared");
      await Deno.mkdir(`${shared}/folder`, { recursive: true });
      await Deno.writeTextFile(scene.dir.join("secret"), "secret");
      await Deno.writeTextFile(`${shared}/file`, "file");
      await Deno.symlink(scene.dir.join("secret"), `${shared}/link`);
      await Deno.symlink(scene.dir.path, `${shared}/up`);
      const host = await headless(scene, {
        args: ["--serve", `web=http://127.0.0.1:${web.port}`, "--files", shared, "--forward", "none"],
      });
      await using session = await viewerOf(host.ready.code);
      const { open } = session;

      const client = new RequestClient(open);
      const headers = [
        ["Host", `127.0.0.1:${elsewhere.port}`],
        ["Origin", `http://127.0.0.1:${elsewhere.port}`],
        ["X-Forwarded-Host", "evil.test"],
      ] as const;
      const there = `127.0.0.1:${elsewhere.port}`;
      for (const path of ["/redirect", `//${there}/`, `/@${there}/`, `/\\${there}/`]) {
        const reply = await client.http("web", { method: "GET", path, headers });
        assert.equal(reply.status, 302, "a redirect is an answer");
        await reply.body.cancel();
      }
      for (const path of [`http://${there}/`, there, "", `/ HTTP/1.1\r\nHost: ${there}\r\n\r\nGET /`]) {
        const head = { kind: "http", to: "web", method: "GET", path, headers: [] };
        assert.equal(await codeOf(open(REQUESTS, encodeHead(head))), "head", path);
      }
      const own = `127.0.0.1:${web.port} http://127.0.0.1:${web.port} `;
      assert.equal(asked.length, 4);
      assert.ok(asked.every((line) => line.startsWith(own)), asked.join("\n"));
      for (const target of [["169.254.169.254", 80], ["localhost", elsewhere.port], ["0.0.0.0", web.port]]) {
        const [name, port] = target;
        assert.equal(await codeOf(open(FORWARD, encodeHead({ host: name, port }))), "denied");
      }

      const outside: readonly (readonly [path: string, code: string])[] = [
        ...["../secret", "/etc/passwd", "a/../../secret", "file/..", ".", "./file", "folder//x", "a\0b", "\0"]
          .map((path) => [path, "path"] as const),
        ...["up/secret", "up/shared/file"].map((path) => [path, "path"] as const),
        ...["link", "up", "folder", ""].map((path) => [path, "kind"] as const),
        ["x".repeat(5000), "head"],
      ];
      for (const [path, code] of outside) {
        assert.equal(await codeOf(open(FILES, encodeHead({ op: "get", path, from: 0 }))), code, path);
        if (code === "path") assert.equal(await put(open, path, 4, new Uint8Array(4), 1), "path", path);
      }
      // Sizes that lie: more, less, another sum, a part in the middle, no more than the begin.
      const sum = (sha256: string) => encodeMessage({ sha256 });
      assert.equal(await put(open, "more", 10, new Uint8Array(1000), 2), "not-json");
      assert.equal(await put(open, "less", 1000, new Uint8Array(10), 3), "gone");
      assert.equal(await put(open, "sum", 0, sum("0".repeat(64)), 4), "sum");
      assert.equal(await put(open, "none", 0, sum("none"), 5), "bad-answer");
      for (const size of [-1, 0.5, 2 ** 53, "1", null]) {
        const head = { op: "put", path: "size", size, mode: 0o600, time: 0, id: "0".repeat(32) };
        assert.equal(await codeOf(open(FILES, encodeHead(head))), "head", `${size}`);
      }
      const names = [...Deno.readDirSync(shared)].map(({ name }) => name).filter((name) =>
        !name.endsWith(".part")
      );
      assert.deepEqual(names.sort(), ["file", "folder", "link", "up"]);
      const parts = [...Deno.readDirSync(shared)].filter(({ name }) => name.endsWith(".part"));
      const bytes = parts.reduce((all, { name }) => all + Deno.statSync(`${shared}/${name}`).size, 0);
      assert.ok(parts.length <= 4 && bytes <= 20, `${parts.length} parts, ${bytes} bytes`);
      assert.equal(await Deno.readTextFile(scene.dir.join("secret")), "secret");
    }),
);
