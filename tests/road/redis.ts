/** A Redis of the test's own, on a free port, that can be killed and started again. */
import { type Road, type RoadOptions, startRoad } from "../../road/server.ts";
import { findProgram, program, testWith } from "../support/needs.ts";
import { Spawned } from "../support/spawned.ts";
import { TempDir } from "../support/temp_dir.ts";

export const needsRedis = program("redis-server");

export class Redis implements AsyncDisposable {
  #server: Spawned | null = null;

  private constructor(readonly dir: TempDir, readonly port: number) {}

  static async start(): Promise<Redis> {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const redis = new Redis(await TempDir.create(), port);
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async up(): Promise<void> {
    this.#server = Spawned.start([
      ...[findProgram("redis-server")!, "--port", String(this.port), "--bind", "127.0.0.1"],
      ...["--save", "", "--appendonly", "no", "--dir", this.dir.path],
    ]);
    await this.#server.waitForOutput(/Ready to accept connections/, 10_000);
  }

  /** Kills it; what it kept is lost. */
  async down(): Promise<void> {
    this.#server?.kill("SIGKILL");
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = null;
  }

  /** Stops it where it stands: connections stay, nothing is answered. */
  freeze(): void {
    this.#server?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#server?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.down();
    await this.dir[Symbol.asyncDispose]();
  }
}

/** A test with a Redis of its own. */
export const nodesTest = (name: string, test: (redis: Redis) => Promise<void>) =>
  testWith([needsRedis], `nodes: ${name}`, async () => {
    await using redis = await Redis.start();
    await test(redis);
  });
/** One of many nodes. */
export const node = (redis: Redis, options: RoadOptions = {}): Promise<Road> =>
  startRoad({ redis: redis.url, ...options });
