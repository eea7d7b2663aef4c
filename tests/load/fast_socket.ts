/**
 * A WebSocket client for loads, of RFC 6455 what a road needs: the generator shares two cores with the road, and the runtime's own client
 * costs as much as what is measured. Whole frames, masked with zeros, no ping of its own (a road's ping is answered).
 */
import { connect, type Socket } from "node:net";
import { Buffer } from "node:buffer";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

export class FastSocket {
  onopen: () => void = () => {};
  onmessage: (event: { data: string | Uint8Array }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #open = false;
  #code = 1006;
  #corked = false;

  constructor(url: string, protocol: string) {
    const { hostname, port, pathname } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    this.#socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.onclose({ code: this.#code }));
  }

  send(data: string | Uint8Array): void {
    this.#frame(typeof data === "string" ? 1 : 2, typeof data === "string" ? Buffer.from(data) : data);
  }

  close(code: number): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#frame(8, payload);
  }

  #frame(opcode: number, payload: Uint8Array): void {
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
    if (head.length === 8) head.writeUInt16BE(length, 2);
    if (head.length === 14) head.writeBigUInt64BE(BigInt(length), 2);
    if (opcode === 2) {
      this.#socket.write(head);
      return void this.#socket.write(payload);
    }
    this.#hold();
    this.#socket.write(head);
    this.#socket.write(payload);
  }

  #hold(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    queueMicrotask(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (!this.#open) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return void (this.#buffer = bytes);
      if (!bytes.subarray(0, 12).toString().endsWith("101")) return void this.#socket.destroy();
      this.#open = true;
      bytes = bytes.subarray(end + 4);
      this.onopen();
    }
    for (;;) {
      if (bytes.length < 2) break;
      const short = bytes[1]! & 127;
      const head = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (bytes.length < head) break;
      const length = short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
        ? bytes.readUInt16BE(2)
        : short;
      if (bytes.length < head + length) break;
      this.#take(bytes[0]! & 15, bytes.subarray(head, head + length));
      bytes = bytes.subarray(head + length);
    }
    // A copy: the chunk's memory may be read into again.
    this.#buffer = Buffer.from(bytes);
  }

  #take(opcode: number, payload: Buffer): void {
    switch (opcode) {
      case 1:
        return this.onmessage({ data: payload.toString() });
      case 2:
        return this.onmessage({ data: payload });
      case 8:
        this.#code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
        return void this.#socket.end();
      case 9:
        return this.#frame(10, payload);
    }
  }
}
