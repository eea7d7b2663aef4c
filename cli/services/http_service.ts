/** Asks the one HTTP service that the host's person named. Redirects are answers, and packed bodies stay packed. */
// `fetch` would follow a proxy of the environment, unpack bodies and change headers.
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import type { ByteReader } from "../../session/services/byte_reader.ts";
import {
  bodyLength,
  endToEnd,
  type Headers,
  MAX_HEADER_TEXT,
  readResponseHead,
  type RequestHead,
  requestHeaders,
  type ResponseHead,
} from "../../session/services/http_head.ts";
import { ServiceError } from "../../session/streams/service_error.ts";

/** Answers before the answer (RFC 9110, 15.2), such as `102 Processing`, that one request may have. */
const MAX_INTERIM = 256;
/**
 * What a service may say besides its body: a head, and for each byte of the body as much as the smallest chunks need (RFC 9112, 7.1: six bytes).
 * What came and was not passed on yet counts too. Chunk extensions have no end that the parser knows of; bytes.
 */
const BESIDE = MAX_HEADER_TEXT + 1024 * 1024;
const EACH_BYTE = 8;

export interface HttpServiceOptions {
  /** Such as `http://127.0.0.1:11434`: no other is ever asked. */
  readonly origin: string;
  /** How long the head of an answer may take once the whole request was sent; ms. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly head: ResponseHead;
  /** As the service sends it. An error in it is a {@link ServiceError}. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The service's answer to `head` and what `body` holds.
 * @param signal ends the request at the service, in its answer's body too
 * @throws {ServiceError} `refused`, `unreachable`, `timeout`, `gone`, `bad-answer`; what `signal` was aborted with
 */
export async function askHttp(
  { origin, timeout }: HttpServiceOptions,
  head: RequestHead,
  body: ByteReader,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const { hostname, port, protocol } = new URL(origin);
  const length = bodyLength(head.headers);
  const first = length === undefined ? await body.some() : undefined;
  const headers = requestHeaders(head.headers, origin);
  const request = (protocol === "https:" ? https : http).request({
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port || (protocol === "https:" ? 443 : 80),
    method: head.method,
    path: head.path,
    // Without a length a body goes in chunks; a request that has none says so where its method expects one.
    headers: [...headers, ...lengthOf(head, first)].flat(),
    setHost: false,
    agent: false,
    maxHeaderSize: MAX_HEADER_TEXT,
  });
  const stop = () => request.destroy(signal.reason);
  signal.addEventListener("abort", stop);
  request.once("close", () => signal.removeEventListener("abort", stop));
  const answered = Promise.withResolvers<http.IncomingMessage>();
  request.once("response", answered.resolve);
  const guard = new Guard(request, answered.reject);
  request.on("error", (error) => answered.reject(signal.aborted ? signal.reason : faultOf(error)));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  sendBody(request, first, body, length).then(() => {
    // A service may answer while it is still being told: the time is for the head alone.
    if (over) return;
    const late = new ServiceError("timeout", `the service did not answer within ${timeout / 1000} s`);
    timer = setTimeout(() => (answered.reject(late), request.destroy()), timeout);
  }, (error) => {
    answered.reject(error);
    request.destroy();
  });
  try {
    const response = await answered.promise;
    return { head: headOf(response), body: bodyOf(response, signal, guard) };
  } catch (error) {
    request.destroy();
    throw error;
  } finally {
    over = true;
    clearTimeout(timer);
  }
}

/** Ends a request whose service says what is no answer to it, for ever perhaps. */
class Guard {
  /** Why it was ended. */
  fault: ServiceError | undefined;
  /** Bytes of the body that were passed on. */
  body = 0;
  #said = 0;
  #interim = 0;

  constructor(
    private readonly request: http.ClientRequest,
    private readonly refuse: (fault: ServiceError) => void,
  ) {
    request.once("upgrade", () => this.#end("it changes the protocol"));
    request.on("information", () => {
      if (++this.#interim > MAX_INTERIM) this.#end("it begins anew again and again");
    });
    request.once("socket", (socket) => {
      socket.on("data", ({ length }: Uint8Array) => {
        this.#said += length;
        if (this.#said > BESIDE + EACH_BYTE * this.body) this.#end("it says much that is no body");
      });
    });
  }

  #end(why: string): void {
    if (this.fault) return;
    this.fault = new ServiceError("bad-answer", `the service's answer can't be used: ${why}`);
    this.refuse(this.fault);
    this.request.destroy();
  }
}

/** How long the body is, where the head does not say it. */
function lengthOf(head: RequestHead, first: Uint8Array | undefined): Headers {
  if (bodyLength(head.headers) !== undefined) return [];
  if (first !== undefined) return [["Transfer-Encoding", "chunked"]];
  return /^(?:POST|PUT|PATCH)$/.test(head.method) ? [["Content-Length", "0"]] : [];
}

/** What is beyond `length` is never sent: to a service it would look like the next request, with a `Host` of the viewer's choice. */
async function sendBody(
  request: http.ClientRequest,
  first: Uint8Array | undefined,
  body: ByteReader,
  length = Infinity,
): Promise<void> {
  let sent = 0;
  for (let some = first ?? await body.some(); some !== undefined; some = await body.some()) {
    if (request.destroyed) return;
    sent += some.length;
    if (sent > length) throw new ServiceError("head", "the body is longer than its Content-Length");
    if (!request.write(some)) await roomIn(request);
  }
  if (length < Infinity && sent < length) {
    throw new ServiceError("head", "the body is shorter than its Content-Length");
  }
  request.end();
}

/** Settles when `request` takes more, or nothing any more. */
function roomIn(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off("drain", done).off("close", done);
      resolve();
    };
    request.on("drain", done).on("close", done);
  });
}

function headOf(response: http.IncomingMessage): ResponseHead {
  const { statusCode = 0, statusMessage = "", rawHeaders } = response;
  const headers = rawHeaders.flatMap((name, i) => i % 2 === 0 ? [[name, rawHeaders[i + 1]!] as const] : []);
  // As the viewer reads it: what it would refuse is told at once, and by the right name.
  return readResponseHead({
    status: statusCode,
    text: statusMessage,
    headers: endToEnd(headers).map(([n, v]) => [n, v]),
  });
}

async function* bodyOf(response: Readable, signal: AbortSignal, guard: Guard): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of response) {
      guard.body += bytes.length;
      yield bytes;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : guard.fault ?? faultOf(error);
  }
  if (guard.fault) throw guard.fault;
  // An answer without a length ends with its connection, which we may have ended.
  signal.throwIfAborted();
  // A service that ends in the middle of a body looks like the end of one.
  if (!(response as http.IncomingMessage).complete) {
    throw new ServiceError("gone", "the service ended the connection within its answer");
  }
}

function faultOf(error: unknown): ServiceError {
  const { code = "", message } = error as { code?: string; message: string };
  if (code === "ECONNREFUSED") return new ServiceError("refused", "nothing listens at the service's address");
  if (/^(?:ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNTIMEOUT)$/.test(code)) {
    return new ServiceError("unreachable", `there is no way to the service (${code})`);
  }
  // Those of OpenSSL, such as DEPTH_ZERO_SELF_SIGNED_CERT, CERT_HAS_EXPIRED, UNABLE_TO_VERIFY_LEAF_SIGNATURE and ERR_TLS_CERT_ALTNAME_INVALID.
  if (/CERT|UNABLE_TO_/.test(code)) {
    const hint = "the host's NODE_EXTRA_CA_CERTS=FILE names those that it trusts besides the usual ones";
    return new ServiceError("unreachable", `the service's certificate is not trusted (${code}): ${hint}`);
  }
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    return new ServiceError(
      "bad-answer",
      "what listens at the service's address does not speak TLS: it may be http",
    );
  }
  if (/^HPE_|Parse Error/.test(code + message)) {
    return new ServiceError("bad-answer", "the service's answer is no HTTP, or its headers are too large");
  }
  return new ServiceError("gone", `the service ended the connection${code ? ` (${code})` : ""}`);
}
