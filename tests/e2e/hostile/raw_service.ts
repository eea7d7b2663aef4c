/** A server that is bytes on sockets, so that it can say what no HTTP server would. */

/** Says what it likes to who asked for a path. */
export type RawAnswer = (
  say: (bytes: string | Uint8Array) => Promise<void>,
  gone: AbortSignal,
) => Promise<void>;

export class RawService implements AsyncDisposable {
  /** Request heads, as they came. */
  readonly heard: string[] = [];
  /** Sockets that their client has closed, by the path that was asked for there. */
  readonly closed: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #all: Promise<void>[] = [];
  readonly #sockets = new Set<Deno.TcpConn>();

  /** @param answers by path; a socket is closed when its answer is over, unless that waits for `gone` */
  constructor(private readonly answers: Readonly<Record<string, RawAnswer>>) {
    this.#all.push(this.#accept());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const tcp of this.#sockets) close(tcp);
    await Promise.all(this.#all);
  }

  async #accept(): Promise<void> {
    for await (const tcp of this.#listener) {
      this.#sockets.add(tcp);
      this.#all.push(this.#serve(tcp).catch(() => {}).finally(() => this.#sockets.delete(tcp)));
    }
  }

  async #serve(tcp: Deno.TcpConn): Promise<void> {
    const head = await readHead(tcp);
    this.heard.push(head);
    const path = head.split(" ")[1] ?? "";
    const gone = new AbortController();
    const reading = untilClosed(tcp).then(() => {
      this.closed.push(path);
      gone.abort();
    });
    const say = async (bytes: string | Uint8Array) => {
      const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
      for (let at = 0; at < all.length;) at += await tcp.write(all.subarray(at));
    };
    try {
      await this.answers[path]?.(say, gone.signal);
    } finally {
      close(tcp);
      await reading;
    }
  }
}

function close(tcp: Deno.TcpConn): void {
  try {
    tcp.close();
  } catch {
    // It was closed before.
  }
}

async function readHead(tcp: Deno.TcpConn): Promise<string> {
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const n = await tcp.read(buffer);
    if (n === null) break;
    head += new TextDecoder("latin1").decode(buffer.subarray(0, n));
  }
  return head;
}

async function untilClosed(tcp: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(4096);
  try {
    while (await tcp.read(buffer) !== null);
  } catch {
    // Reset.
  }
}
