/** Carries a TCP connection over a stream: bytes both ways, and each way's end by itself. The same at both ends. */
import { ServiceError } from "../../session/streams/service_error.ts";
import type { ServiceStream } from "../../session/services/service_stream.ts";
import { writeAll } from "./write_all.ts";

/** What is read from the socket at once; bytes. */
const READ = 64 * 1024;

/** Both ways' bytes, counted. */
export interface Carried {
  /** From the socket to the stream. */
  sent: number;
  /** From the stream to the socket. */
  received: number;
}

/**
 * Settles when both ways have ended, the connection closed. A fault of one end resets the other.
 * @param carried counts while it runs
 * @throws {ServiceError} why it broke off, if it did
 */
export async function pumpTcp(tcp: Deno.Conn, stream: ServiceStream, carried: Carried): Promise<void> {
  const close = closer(tcp);
  stream.signal.addEventListener("abort", close);
  try {
    await Promise.all([toStream(tcp, stream, carried), toSocket(tcp, stream, carried)]);
  } catch (error) {
    if (stream.signal.aborted) throw stream.signal.reason;
    const fault = new ServiceError("gone", `the connection broke off: ${(error as Error).message}`);
    stream.reset(fault);
    throw fault;
  } finally {
    stream.signal.removeEventListener("abort", close);
    close();
  }
}

function closer(tcp: Deno.Conn): () => void {
  let closed = false;
  return () => {
    if (!closed) tcp.close();
    closed = true;
  };
}

async function toStream(tcp: Deno.Conn, stream: ServiceStream, carried: Carried): Promise<void> {
  // Used again: what was written is copied.
  const buffer = new Uint8Array(READ);
  for (;;) {
    const length = await tcp.read(buffer);
    if (length === null) return await stream.finish();
    carried.sent += length;
    await stream.write(buffer.subarray(0, length));
  }
}

async function toSocket(tcp: Deno.Conn, stream: ServiceStream, carried: Carried): Promise<void> {
  for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
    await writeAll(tcp, bytes);
    carried.received += bytes.length;
  }
  await tcp.closeWrite().catch(() => {
    // The socket's other side was closed by both meanwhile.
  });
}
