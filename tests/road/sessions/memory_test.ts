/** What a road holds and logs, seen from outside: its heap and its output. */
import assert from "node:assert/strict";
import { encodeRelayed } from "../../../transport/schema/relay_message.ts";
import { Client, eventually, party } from "../client.ts";

/** A road in its own process; `heap` is the text of a snapshot of what it holds (garbage is collected first). */
class RoadProcess implements AsyncDisposable {
  output = "";
  #snapshots = 0;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #read: Promise<void>;

  constructor(readonly child: Deno.ChildProcess, readonly folder: string) {
    this.#stdin = child.stdin.getWriter();
    this.#read = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) this.output += text;
    })();
  }

  static async start(): Promise<RoadProcess> {
    const file = new URL("../road_process.ts", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", file],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const road = new RoadProcess(child, await Deno.makeTempDir({ prefix: "beach-road-" }));
    await eventually(() => road.output.includes('"startMs"'), "the road to start");
    return road;
  }

  get first(): { url: string; startMs: number } {
    return JSON.parse(this.output.split("\n").find((line) => line.includes('"startMs"'))!);
  }

  async heap(): Promise<string> {
    const name = `${this.folder}/heap${++this.#snapshots}`;
    await this.#stdin.write(new TextEncoder().encode(name + "\n"));
    await eventually(() => exists(`${name}.done`), "the heap snapshot");
    return await Deno.readTextFile(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stdin.close();
    await this.child.status;
    await this.#read;
    await Deno.remove(this.folder, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("a road keeps no signal and no token, and of an ended session nothing; its log has neither", async () => {
  await using road = await RoadProcess.start();
  const { url } = road.first;
  const { host, session, viewer, peer } = await party({ url });
  const secret = (what: string) => `${what}SECRETdata${"x".repeat(100)}`;
  for (const n of [1, 2]) {
    host.signal(peer, "offer", n, secret("offer"));
    await viewer.next("signal");
    viewer.signal("host", "answer", n, secret("answer"));
    await host.next("signal");
    viewer.signal("host", "ice", n, secret("ice"));
    await host.next("signal");
  }
  viewer.signal("host", "answer", 9, secret("late"));
  await viewer.refused("out_of_order");
  viewer.ws.send(`{"type":"${secret("type")}"}`);
  await viewer.refused("bad_message");
  host.ws.send(
    encodeRelayed({ peer, channel: "term", sealed: new TextEncoder().encode(secret("relayed")) }),
  );
  await viewer.until(() => viewer.bytes.length === 1, "relayed bytes");
  await Promise.all([host.sync(), viewer.sync()]);

  const tokens = [host.welcome.token, viewer.welcome.token];
  const during = await road.heap();
  assert.ok(during.includes(session) && during.includes(peer), "the search finds what is there");
  for (const word of ["SECRETdata", ...tokens]) assert.ok(!during.includes(word), `${word} is in the heap`);

  host.send({ type: "leave" });
  await Promise.all([host.closed, viewer.closed]);
  // Another session, so that no last message of the first one hides in what the runtime reuses.
  const other = await Client.join(url, "new", "host");
  other.send({ type: "leave" });
  await other.closed;
  const after = await road.heap();
  for (const word of [session, peer, "SECRETdata", ...tokens]) {
    assert.ok(!after.includes(word), `${word} is in the heap after the session`);
  }
  const { output } = road;
  for (const word of ["SECRETdata", "127.0.0.1:", ...tokens]) {
    assert.ok(!output.replaceAll(url, "").includes(word), `${word} is in the log`);
  }
  assert.ok(output.includes(session));
});

Deno.test("memory of ended sessions is given back", async () => {
  await using road = await RoadProcess.start();
  const { url } = road.first;
  const sizes: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20; i++) {
      const host = await Client.join(url, "new", "host");
      await Client.join(url, host.welcome.session, "viewer");
      host.send({ type: "leave" });
      await host.closed;
    }
    sizes.push((await road.heap()).length);
  }
  const [, second, third] = sizes as [number, number, number];
  assert.ok(third < second * 1.02, `the snapshots have ${sizes.join(", ")} characters`);
});
