/**
 * A road in a process of its own, for tests that look into its memory and for benches. Its argument is JSON of `RoadOptions`.
 * A line of stdout is `{"url", "startMs"}`, the others are log events. A line on stdin names a file for a heap snapshot, which is done
 * when the file `<name>.done` is there.
 */
const started = performance.now();
const { startRoad } = await import("../../road/server.ts");
/** Not the console: the inspector keeps what goes through it. */
const say = (value: unknown) =>
  void Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value) + "\n"));
const free = { burst: 1e9, perSecond: 1e9 };
const limits = { joins: free, http: free, connectionsEach: 1e9 };
const road = await startRoad({
  limits,
  log: Deno.args[1] === "quiet" ? undefined : say,
  ...JSON.parse(Deno.args[0] ?? "{}"),
});
say({ url: road.url, startMs: performance.now() - started });

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
for await (const line of lines) {
  const { Session } = await import("node:inspector");
  const name = line.trim();
  const session = new Session();
  session.connect();
  const chunks: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ params }) => chunks.push(params.chunk));
  await new Promise<void>((resolve) => session.post("HeapProfiler.takeHeapSnapshot", () => resolve()));
  session.disconnect();
  Deno.writeTextFileSync(name, chunks.join(""));
  Deno.writeTextFileSync(`${name}.done`, "");
}
await road.close();
