/** One STUN Binding request (RFC 8489): whether a server answers at all, and which address of ours it sees. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

const MAGIC = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const XOR_MAPPED_ADDRESS = 0x0020;
const HEADER = 20;
/** When to send the request, in ms: RFC 8489's doubling, from an RTO that suits a waiting person. */
const SENDS = [0, 250, 750, 1750] as const;
/** The time limit in all, in ms. */
export const PATIENCE = 3000;

export type StunAnswer =
  /** `mapped`: our address as the server sees it, if it reports that. */
  | { readonly kind: "answer"; readonly mapped: string | undefined; readonly ms: number }
  | { readonly kind: "unknown name" }
  | { readonly kind: "silent" };

/** Asks `hostname:port` over UDP. Throws the reason of `stop` if that aborts. */
export async function askStun(hostname: string, port: number, stop: AbortSignal): Promise<StunAnswer> {
  stop.throwIfAborted();
  const found = isIP(hostname)
    ? { address: hostname, family: isIP(hostname) }
    : await lookup(hostname).catch(() => null);
  if (found === null) return { kind: "unknown name" };
  const request = bindingRequest(crypto.getRandomValues(new Uint8Array(12)));
  const socket = createSocket(found.family === 6 ? "udp6" : "udp4");
  const timers: ReturnType<typeof setTimeout>[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<StunAnswer>();
  const stopped = () => reject(stop.reason);
  stop.addEventListener("abort", stopped);
  try {
    const started = performance.now();
    socket.on("message", (bytes: Uint8Array) => {
      const answer = readAnswer(bytes, request);
      if (answer) resolve({ kind: "answer", mapped: answer.mapped, ms: performance.now() - started });
    });
    // A refusal (ICMP) or no route: a later request may succeed, otherwise the deadline ends it.
    socket.on("error", () => {});
    for (const at of SENDS) {
      timers.push(setTimeout(() => socket.send(request, port, found.address, () => {}), at));
    }
    timers.push(setTimeout(() => resolve({ kind: "silent" }), PATIENCE));
    return await promise;
  } finally {
    stop.removeEventListener("abort", stopped);
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

/** The request, with a transaction id of 12 bytes. */
export function bindingRequest(transaction: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, BINDING_REQUEST);
  view.setUint32(4, MAGIC);
  bytes.set(transaction, 8);
  return bytes;
}

/** The content of `bytes` as an answer to `request`; null if they are none. Even an error shows that a server exists. */
export function readAnswer(
  bytes: Uint8Array,
  request: Uint8Array,
): { readonly mapped: string | undefined } | null {
  if (bytes.length < HEADER || bytes.subarray(4, HEADER).some((byte, i) => byte !== request[4 + i])) {
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint16(0);
  if (type !== BINDING_SUCCESS && type !== BINDING_ERROR) return null;
  for (let at = HEADER; at + 4 <= bytes.length;) {
    const length = view.getUint16(at + 2);
    // Family 1 is IPv4: port and address, each masked with the magic number.
    if (
      view.getUint16(at) === XOR_MAPPED_ADDRESS && length === 8 && at + 12 <= bytes.length &&
      bytes[at + 5] === 1
    ) {
      const address = (view.getUint32(at + 8) ^ MAGIC) >>> 0;
      const parts = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
      return { mapped: `${parts.join(".")}:${view.getUint16(at + 6) ^ (MAGIC >>> 16)}` };
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { mapped: undefined };
}
