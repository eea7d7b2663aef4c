/** An npm registry on this machine, over real HTTP: it has few packages, and may misbehave. */

/** What is sent for a package: its file, a status, or a part of the file, after which the connection ends (`cut`) or is silent (`stall`). */
export type Answer =
  | { readonly file: Uint8Array<ArrayBuffer> }
  | { readonly status: number }
  | { readonly cut: Uint8Array<ArrayBuffer>; readonly length: number }
  | { readonly stall: Uint8Array<ArrayBuffer> };

/** A server with what `answers` has, by the path of the package's file. Dispose it. */
export class FakeRegistry implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  readonly #done: Promise<void>;
  #closed = false;

  constructor(private readonly answers: Readonly<Record<string, Answer>>) {
    this.#done = this.#serve();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  /** Nothing listens any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(): Promise<void> {
    const all: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) {
        this.#open.add(connection);
        all.push(this.#answer(connection).catch(() => {}));
      }
    } catch {
      // The listener was closed.
    }
    await Promise.all(all);
  }

  async #answer(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(4096);
    const length = await connection.read(buffer) ?? 0;
    const path = new TextDecoder().decode(buffer.subarray(0, length)).split(" ")[1] ?? "";
    this.asked.push(path);
    const answer = this.answers[path] ?? { status: 404 };
    const send = async (head: string, body: Uint8Array = new Uint8Array()) => {
      const writer = connection.writable.getWriter();
      await writer.write(new TextEncoder().encode(`HTTP/1.1 ${head}\r\nconnection: close\r\n\r\n`));
      await writer.write(body);
      writer.releaseLock();
    };
    if ("stall" in answer) {
      await send("200 OK\r\ncontent-length: 999999", answer.stall);
      return;
    }
    if ("status" in answer) await send(`${answer.status} Sorry\r\ncontent-length: 0`);
    else if ("cut" in answer) await send(`200 OK\r\ncontent-length: ${answer.length}`, answer.cut);
    else await send(`200 OK\r\ncontent-length: ${answer.file.length}`, answer.file);
    this.#open.delete(connection);
    connection.close();
  }
}
