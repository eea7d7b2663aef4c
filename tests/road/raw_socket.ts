/** A WebSocket client by hand over TCP: it can stop reading and send what no library would. RFC 6455. */

export class RawSocket implements Disposable {
  private constructor(readonly conn: Deno.TcpConn) {}

  static async connect({ hostname, port }: Deno.NetAddr): Promise<RawSocket> {
    return new RawSocket(await Deno.connect({ hostname, port }));
  }

  /** Connects and upgrades. */
  static async open(addr: Deno.NetAddr, name: string): Promise<RawSocket> {
    const socket = await RawSocket.connect(addr);
    await socket.upgrade(name);
    const head = new Uint8Array(4096);
    const read = await socket.conn.read(head);
    const status = new TextDecoder().decode(head.subarray(0, read ?? 0)).split("\r\n")[0]!;
    if (!status.includes(" 101 ")) throw new Error(`no upgrade: ${status}`);
    return socket;
  }

  async upgrade(name: string, headers = "Sec-WebSocket-Protocol: beach.road.1\r\n"): Promise<void> {
    await this.write(
      `GET /ws/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
    );
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let sent = 0; sent < bytes.length;) sent += await this.conn.write(bytes.subarray(sent));
  }

  /** Sends a text message. */
  async text(message: unknown): Promise<void> {
    await this.frame(0x1, new TextEncoder().encode(JSON.stringify(message)));
  }

  /** Sends one frame, masked with zeros. `claimed` is the length in its header, the payload's own by default. */
  async frame(opcode: number, payload: Uint8Array, claimed = payload.length): Promise<void> {
    const short = claimed <= 125;
    const header = new Uint8Array(short ? 6 : 14);
    header[0] = 0x80 | opcode;
    header[1] = 0x80 | (short ? claimed : 127);
    if (!short) new DataView(header.buffer).setBigUint64(2, BigInt(claimed));
    await this.write(header);
    await this.write(payload);
  }

  /** Reads to the end: the text messages and the close code that came (null: none). */
  async drain(): Promise<{ texts: string[]; close: number | null }> {
    const texts: string[] = [];
    let close: number | null = null;
    let buffer = new Uint8Array(0);
    const chunk = new Uint8Array(256 * 1024);
    for (;;) {
      const read = await this.conn.read(chunk).catch(() => null);
      if (read === null) return { texts, close };
      const joined = new Uint8Array(buffer.length + read);
      joined.set(buffer);
      joined.set(chunk.subarray(0, read), buffer.length);
      buffer = joined;
      for (let frame = parse(buffer); frame !== null; frame = parse(buffer)) {
        buffer = buffer.subarray(frame.size);
        if (frame.opcode === 1) texts.push(new TextDecoder().decode(frame.payload));
        if (frame.opcode === 8) {
          close = frame.payload.length < 2 ? 1005 : frame.payload[0]! * 256 + frame.payload[1]!;
          return { texts, close };
        }
      }
    }
  }

  [Symbol.dispose](): void {
    this.conn.close();
  }
}

/** The first whole frame of a server (unmasked), or null. */
function parse(bytes: Uint8Array): { opcode: number; payload: Uint8Array; size: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = short === 127 ? Number(view.getBigUint64(2)) : short === 126 ? view.getUint16(2) : short;
  if (bytes.length < head + length) return null;
  return { opcode: bytes[0]! & 15, payload: bytes.slice(head, head + length), size: head + length };
}
