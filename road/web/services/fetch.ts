/** `fetch` through a session: the browser's own `Request` and `Response` around a stream. */
import type { RequestClient } from "../../../session/services/request_client.ts";

/** Stands where a service's origin would: only path and query of it count. */
const BASE = "http://service.invalid";
/** Answers that have no body (Fetch standard, "null body status"). */
const NO_BODY = new Set([204, 205, 304]);
/** What the browser can unpack, by the names of RFC 9110, 8.4.1. */
const PACKED: Readonly<Record<string, CompressionFormat>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
};

/**
 * As `fetch`; see `Services.fetch`.
 * @throws {ServiceError} where the service can't be asked; what `init.signal` was aborted with
 */
export async function fetchThrough(
  client: RequestClient,
  name: string,
  input: string | Request,
  init: RequestInit = {},
): Promise<Response> {
  const { body, ...rest } = init;
  const asked = typeof input === "string" ? new URL(input, BASE) : new URL(input.url);
  // A stream as a body needs `duplex`, and only some browsers have it; ours is read below.
  const streams = body instanceof ReadableStream;
  const request = new Request(typeof input === "string" ? asked : input, {
    ...rest,
    ...(streams ? {} : { body }),
  });
  const sent = streams ? body : await bodyOf(request);
  const reply = await client.http(
    name,
    {
      method: request.method,
      path: asked.pathname + asked.search,
      headers: [...request.headers],
    },
    sent ?? undefined,
    request.signal,
  );
  const { status, text: statusText, headers } = reply;
  if (NO_BODY.has(status) || request.method === "HEAD") {
    void finish(reply.body);
    return new Response(null, { status, statusText, headers });
  }
  const packing = headers.find(([name]) => name.toLowerCase() === "content-encoding")?.[1].toLowerCase();
  const format = packing !== undefined && Object.hasOwn(PACKED, packing) ? PACKED[packing] : undefined;
  const plain = reply.body as ReadableStream<Uint8Array<ArrayBuffer>>;
  const unpacked = format ? plain.pipeThrough(new DecompressionStream(format)) : plain;
  return new Response(unpacked, { status, statusText, headers });
}

/** Takes the end of an answer that has no body: cancelled, it would be one that broke off in the host's log. */
async function finish(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  try {
    if (!(await reader.read()).done) await reader.cancel();
  } catch {
    // It was aborted, or the session ended meanwhile.
  }
}

/** A request's body as a stream, which not every browser gives; null: none. */
async function bodyOf(request: Request): Promise<ReadableStream<Uint8Array> | null> {
  const { body } = request as { readonly body?: ReadableStream<Uint8Array> | null };
  if (body !== undefined || request.method === "GET" || request.method === "HEAD") return body ?? null;
  const blob = await request.blob();
  return blob.size > 0 ? blob.stream() : null;
}
