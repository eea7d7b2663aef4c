/** The control socket as its clients meet it: requests in every form, another user, hosts that are gone, and folders that are not private. */
import assert from "node:assert/strict";
import { ask, findHosts } from "../../../cli/control/control_client.ts";
import { controlFolder, socketPath, socketsHere } from "../../../cli/control/control_folder.ts";
import { ControlServer } from "../../../cli/control/control_server.ts";
import { deadline } from "../../support/deadline.ts";
import { type Need, program, testWith, unixTerminal } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { Controlled } from "./controlled.ts";

const root: Need = () => Deno.uid() === 0 ? undefined : "needs root, to act for another user";
const NOBODY = 65534;

/** A host with its socket in a folder of its own. */
async function serve() {
  const dir = await TempDir.create();
  const env = { XDG_RUNTIME_DIR: dir.path };
  const host = new Controlled();
  const path = socketPath(controlFolder(env)!, "test")!;
  const server = ControlServer.open(path, host.controls, () => {});
  return {
    ...{ dir, env, host, path },
    async [Symbol.asyncDispose]() {
      server[Symbol.dispose]();
      host[Symbol.dispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** What the socket answers to `text`, until it has said `count` lines or has closed. */
async function says(path: string, text: string | Uint8Array, count: number): Promise<string[]> {
  const connection = await Deno.connect({ transport: "unix", path });
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const writing = (async () => {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  })().catch(() => {});
  let said = "";
  const room = new Uint8Array(65_536);
  while (said.split("\n").length - 1 < count) {
    const length = await deadline(connection.read(room), 5000, "an answer").catch((error) => {
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    if (length === null) break;
    said += new TextDecoder().decode(room.subarray(0, length));
  }
  await writing;
  connection.close();
  return said.split("\n").slice(0, -1);
}

const request = (method: string, params?: unknown, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n";
const code = (line: string): unknown => JSON.parse(line).error?.code;

testWith([unixTerminal], "control socket: each method, by JSON-RPC", async () => {
  await using scene = await serve();
  const { host, path } = scene;
  host.join("aaaaaaaa", "Ada", "write");
  host.join("bbbbbbbb", "Bob", "view");
  const line = await ask(path, "list") as { viewers: unknown[] };
  assert.equal(line.viewers.length, 2);
  assert.equal((await ask(path, "grant", { who: "Bob", to: "write" }) as { role: string }).role, "write");
  assert.deepEqual(await ask(path, "lock"), {});
  assert.ok(host.door.peers.locked);
  assert.deepEqual(await ask(path, "unlock"), {});
  assert.ok(!host.door.peers.locked);
  assert.equal((await ask(path, "codes") as { code: string }).code, "code-2");
  assert.deepEqual(await ask(path, "notice", { text: "lunch" }), {});
  assert.deepEqual(await ask(path, "stats"), []);
  assert.deepEqual(await ask(path, "kick", { who: "Bob", why: "enough" }), {});
  assert.deepEqual(await ask(path, "end"), {});
  assert.equal(host.story.at(-1), "ended");
  await assert.rejects(ask(path, "kick", { who: "Eve" }), /Not done: nobody here is called Eve/);
});

testWith(
  [unixTerminal],
  "control socket: whatever is no request is answered so, and the next is served",
  async () => {
    await using scene = await serve();
    const wrong: readonly (readonly [string, number])[] = [
      ["nonsense\n", -32700],
      ["[]\n", -32600],
      [`[${request("list").trim()}]\n`, -32600],
      ['{"jsonrpc":"1.0","id":1,"method":"list"}\n', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"list","more":1}\n', -32600],
      ['{"jsonrpc":"2.0","id":{},"method":"list"}\n', -32600],
      [request("list", []), -32600],
      [request("toString"), -32601],
      [request("constructor"), -32601],
      [request("list", { x: 1 }), -32602],
      [request("grant", { who: "a", to: "king" }), -32602],
      [request("grant", { who: 7, to: "write" }), -32602],
      [request("notice", { text: "a\u001b[2J" }), -32602],
      [request("notice", { text: "x".repeat(201) }), -32602],
      [request("kick", { who: "Eve" }), -32000],
    ];
    const answers = await says(
      scene.path,
      wrong.map(([line]) => line).join("") + request("list", {}, "last"),
      wrong.length + 1,
    );
    assert.deepEqual(answers.slice(0, -1).map(code), wrong.map(([, code]) => code));
    assert.equal(JSON.parse(answers.at(-1)!).id, "last");
    // A notification is done and not answered.
    const [only] = await says(
      scene.path,
      '{"jsonrpc":"2.0","method":"lock"}\n{"jsonrpc":"2.0","method":"no_such"}\n' + request("list", {}, 2),
      1,
    );
    assert.deepEqual([JSON.parse(only!).id, scene.host.door.peers.locked], [2, true]);
  },
);

testWith(
  [unixTerminal],
  "control socket: a line without end is told and cut off, and so is what is no text",
  async () => {
    await using scene = await serve();
    for (const text of ["x".repeat(200_000), Uint8Array.of(0xff, 0xfe, 10)]) {
      const answers = await says(scene.path, text, 2);
      assert.ok(answers.length <= 1);
      for (const answer of answers) assert.equal(code(answer), -32700);
    }
    const many = await Promise.all(
      Array.from({ length: 40 }, () => Deno.connect({ transport: "unix", path: scene.path })),
    );
    // Those beyond the limit are closed; the others work on.
    const room = new Uint8Array(1);
    assert.equal(await deadline(many.at(-1)!.read(room), 5000, "the end of one too many"), null);
    for (const connection of many) connection.close();
    for (let tries = 0;; tries++) {
      try {
        await ask(scene.path, "list");
        break;
      } catch (error) {
        if (tries > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  },
);

testWith(
  [unixTerminal, root, program("setpriv")],
  "control socket: another user does not reach it, even where the folder lets in",
  async () => {
    await using scene = await serve();
    const asNobody = async () => {
      const script =
        'const [path] = Deno.args; try { (await Deno.connect({ transport: "unix", path })).close(); ' +
        'console.log("in"); } catch (error) { console.log(error.name); }';
      const { stdout } = await new Deno.Command("setpriv", {
        args: [
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          "--clear-groups",
          Deno.execPath(),
          "eval",
          "--no-config",
          script,
          scene.path,
        ],
        cwd: "/",
        env: { DENO_DIR: `${scene.dir.tmp}/deno`, HOME: "/" },
      }).output();
      return new TextDecoder().decode(stdout).trim();
    };
    await Deno.chmod(scene.dir.tmp, 0o777);
    assert.equal(await asNobody(), "PermissionDenied");
    for (const folder of [scene.dir.path, `${scene.dir.path}/beach`]) await Deno.chmod(folder, 0o755);
    assert.equal(await asNobody(), "PermissionDenied");
    // And such a folder is not looked at any more: another could have put a socket there.
    assert.deepEqual(socketsHere(scene.env), []);
  },
);

testWith(
  [unixTerminal],
  "control folder: one that others may read or write, or a link, is not taken",
  async () => {
    await using dir = await TempDir.create();
    const env = { XDG_RUNTIME_DIR: dir.path };
    const own = `${await Deno.realPath(dir.path)}/beach`;
    assert.equal(controlFolder(env), own);
    assert.equal(controlFolder(env), own);
    await Deno.chmod(own, 0o755);
    assert.notEqual(controlFolder(env), own);
    await Deno.remove(own);
    await Deno.mkdir(dir.join("elsewhere"), { mode: 0o700 });
    await Deno.symlink(dir.join("elsewhere"), own);
    assert.notEqual(controlFolder(env), own);
    assert.notEqual(controlFolder({ XDG_RUNTIME_DIR: dir.join("missing") }), undefined);
    assert.equal(socketPath("/" + "x".repeat(90), "abcdef"), undefined);
  },
);

testWith(
  [unixTerminal],
  "control client: sockets of hosts that are gone are removed, and the rest is found",
  async () => {
    await using scene = await serve();
    const dead = scene.path.replace("test.sock", "dead.sock");
    // As kill -9 leaves it.
    const child = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-config",
        'Deno.listen({ transport: "unix", path: Deno.args[0] }); Deno.exit(0)',
        dead,
      ],
    }).output();
    assert.ok(child.success && (await Deno.lstat(dead)).isSocket);
    const found = await findHosts(scene.env);
    assert.deepEqual(found.map(({ path, line }) => [path, line?.session]), [[scene.path, "7kq2mx"]]);
    await assert.rejects(Deno.lstat(dead), Deno.errors.NotFound);
  },
);
