/** Connections from the host's machine that viewers ask for (`session/services/README.md`, "forward"). */
import { isLoopback, readTarget, type Target, targetText } from "../../session/services/forward_target.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { decodeHead, serve, type ServiceStream } from "../../session/services/service_stream.ts";
import { pumpTcp } from "./tcp_pump.ts";

/** How long a connection may take to come about; ms. */
const CONNECT = 10_000;

export interface ForwardServiceOptions {
  /**
   * Whether `target` may be reached, which may take a person's answer.
   * @throws {ServiceError} `denied`
   */
  readonly allow: (target: Target, signal: AbortSignal) => Promise<void>;
}

/** Serves one stream until it is over; never rejects. */
export function serveForward(
  { allow }: ForwardServiceOptions,
  stream: ServiceStream,
  head: Uint8Array,
): Promise<void> {
  return serve(stream, async () => {
    const target = readTarget(decodeHead(head));
    await allow(target, stream.signal);
    const tcp = await connect(target, stream.signal);
    await pumpTcp(tcp, stream, { sent: 0, received: 0 });
  });
}

async function connect({ host, port }: Target, signal: AbortSignal): Promise<Deno.TcpConn> {
  // Servers of developers often listen on one of the two only.
  const hosts = isLoopback(host)
    ? [...new Set([host === "localhost" ? "127.0.0.1" : host, "127.0.0.1", "::1"])]
    : [host];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT)]);
  let fault: unknown;
  for (const hostname of hosts) {
    try {
      const tcp = await Deno.connect({ hostname, port, signal: limit });
      tcp.setNoDelay(true);
      return tcp;
    } catch (error) {
      fault ??= error;
      if (limit.aborted) break;
    }
  }
  throw signal.aborted ? signal.reason : faultOf(fault, { host, port });
}

function faultOf(error: unknown, target: Target): ServiceError {
  const where = targetText(target);
  if (error instanceof Deno.errors.ConnectionRefused) {
    return new ServiceError("refused", `nothing listens at ${where} on the host's side`);
  }
  if (error instanceof DOMException || error instanceof Deno.errors.TimedOut) {
    return new ServiceError("timeout", `${where} did not answer within ${CONNECT / 1000} s`);
  }
  return new ServiceError("unreachable", `there is no way from the host to ${where}`);
}
