/** The control socket of a host: a Unix socket that only its person's own processes reach, with JSON-RPC 2.0 by lines. */
import type { Log } from "../../transport/log.ts";
import { writeAll } from "../services/write_all.ts";
import type { HostControls } from "./host_controls.ts";
import { lines, LineTooLong } from "./lines.ts";
import { callMethod } from "./methods.ts";
import { answer, CODES, parseRequest, refusal, RpcError } from "./rpc.ts";

/** The longest request, bytes: more than any method's parameters. */
const MAX_LINE = 16 * 1024;
/** Connections at a time; more are closed at once. */
const MAX_CONNECTIONS = 32;
/** Only its owner reaches it, whatever the folder's mode becomes. */
const OWNER = 0o600;

const encoder = new TextEncoder();

/** Serves one host's controls until it is disposed. */
export class ControlServer implements Disposable {
  readonly #listener: Deno.UnixListener;
  readonly #open = new Set<Deno.Conn>();

  private constructor(
    readonly path: string,
    private readonly controls: HostControls,
    private readonly log: Log,
  ) {
    this.#listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, OWNER);
    void this.#accept();
  }

  /** Listens at `path`, which must not exist, in a folder that only we can enter. Throws what listening throws. */
  static open(path: string, controls: HostControls, log: Log): ControlServer {
    return new ControlServer(path, controls, log);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      if (this.#open.size >= MAX_CONNECTIONS) connection.close();
      else void this.#serve(connection);
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    this.#open.add(connection);
    try {
      // One request after the other: who does not read its answers is not read either.
      for await (const line of lines(connection, MAX_LINE)) {
        const reply = this.#reply(line);
        if (reply !== undefined) await writeAll(connection, encoder.encode(reply));
      }
    } catch (error) {
      await this.#fault(connection, error);
    } finally {
      if (this.#open.delete(connection)) connection.close();
    }
  }

  /** The answer to a request; none to a notification. */
  #reply(line: string): string | undefined {
    let notified = false;
    try {
      const request = parseRequest(line);
      notified = request.id === undefined;
      const result = callMethod(this.controls, request);
      return notified ? undefined : answer(request.id, result);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return notified ? undefined : refusal(error);
    }
  }

  /** A connection that can't go on: told why where that is possible. */
  async #fault(connection: Deno.Conn, error: unknown): Promise<void> {
    // Closed by us at the end, or by the other side.
    if (!this.#open.has(connection)) return;
    const message = error instanceof LineTooLong || error instanceof TypeError
      ? (error as Error).message
      : undefined;
    if (message === undefined) return this.log("debug", `A control connection ended: ${error}`);
    const line = refusal(new RpcError(CODES.parse, message));
    await writeAll(connection, encoder.encode(line)).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
    try {
      Deno.removeSync(this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) this.log("debug", `${this.path} stays: ${error}`);
    }
  }
}
