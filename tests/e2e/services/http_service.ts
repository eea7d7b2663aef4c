/** An HTTP service that does what services do to who asks them: events, long bodies, packed ones, none at all; and counts. */
import http from "node:http";
import { gzipSync } from "node:zlib";
import { Listeners } from "../../support/listeners.ts";
import { until } from "../../support/deadline.ts";
import { SOON } from "../scene.ts";

const MIB = 1024 * 1024;

export class HttpService implements AsyncDisposable {
  /** Bytes of bodies that the system took. */
  sent = 0;
  /** Requests whose other end went away before their answer's end. */
  cancelled = 0;
  readonly #changes = new Listeners();
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  /** Writes the next event. */
  #next: (event: string) => void = () => {};
  #events = false;
  #break: () => void = () => {};

  static async start(): Promise<HttpService> {
    const service = new HttpService();
    await new Promise<void>((listening) => service.#server.listen(0, "127.0.0.1", listening));
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** Settles when `look` gives true. */
  async waitFor(look: () => boolean, what: string): Promise<void> {
    await until(look, this.#changes.subscribe, SOON, what);
  }

  /** Sends a server-sent event to whoever asked for `/events` last. */
  async event(text: string): Promise<void> {
    await this.waitFor(() => this.#events, "a reader of events");
    this.#next(text);
  }

  /** Ends the connection in the middle of `/broken`. */
  breakOff(): void {
    this.#break();
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, "http://service");
    response.on("close", () => {
      if (!response.writableFinished) this.cancelled++;
      this.#changes.notify();
    });
    switch (pathname) {
      case "/events":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.flushHeaders();
        this.#next = (event) => response.write(`data: ${event}\n\n`);
        this.#events = true;
        return this.#changes.notify();
      case "/count":
        // MiB of 64 KiB pieces, each filled with its number.
        return await this.#pieces(response, Number(searchParams.get("mib")) * 16);
      case "/api/tags":
        response.writeHead(200, { "content-type": "application/json" });
        return void response.end('{"models": []}');
      case "/packed":
        response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
        return void response.end(gzipSync("unpacked ".repeat(1000)));
      case "/bomb": {
        response.writeHead(200, { "content-encoding": "gzip" });
        return void response.end(gzipSync(new Uint8Array(Number(searchParams.get("mib")) * MIB)));
      }
      case "/broken":
        response.writeHead(200, { "content-length": "100" });
        this.#break = () => response.destroy();
        return void response.write("half");
      case "/echo":
        response.writeHead(200, { "content-type": request.headers["content-type"] ?? "" });
        return void request.pipe(response);
      default:
        return;
    }
  }

  async #pieces(response: http.ServerResponse, count: number): Promise<void> {
    response.writeHead(200, { "content-length": count * 64 * 1024 });
    for (let number = 0; number < count && !response.destroyed; number++) {
      const piece = new Uint8Array(64 * 1024).fill(number);
      await new Promise<void>((written) => {
        response.once("close", written);
        response.write(piece, () => {
          this.sent += piece.length;
          response.off("close", written);
          written();
        });
      });
    }
    response.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((closed) => void this.#server.close(() => closed()));
  }
}
