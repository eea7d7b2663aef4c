/** One address before many nodes: each connection goes to the next node that takes it. Bytes pass as they are. */
export class Balancer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<void>;
  #turn = 0;

  /** `nodes` are ports of this machine; it may be changed. */
  constructor(public nodes: readonly number[]) {
    this.#done = this.#run();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) close(conn);
    await this.#done;
  }

  async #run(): Promise<void> {
    const carried = new Set<Promise<void>>();
    for await (const client of this.#listener) {
      const carrying: Promise<void> = this.#carry(client).finally(() => carried.delete(carrying));
      carried.add(carrying);
    }
    await Promise.all(carried);
  }

  async #carry(client: Deno.Conn): Promise<void> {
    this.#open.add(client);
    for (let tries = 0; tries < this.nodes.length; tries++) {
      const port = this.nodes[this.#turn++ % this.nodes.length]!;
      const node = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
      if (node === null) continue;
      this.#open.add(node);
      await Promise.all([pipe(client, node), pipe(node, client)]);
      this.#open.delete(node);
      break;
    }
    this.#open.delete(client);
    close(client);
  }
}

/** Until one side ends, which ends the other. */
async function pipe(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let read; (read = await from.read(buffer)) !== null;) {
      for (let at = 0; at < read;) at += await to.write(buffer.subarray(at, read));
    }
  } catch {
    // Reset: the same as an end here.
  }
  close(from);
  close(to);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}
