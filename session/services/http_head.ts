/** What an HTTP request and its answer begin with on a stream, and which headers pass (`README.md`, "requests"). Pure. */
import * as v from "valibot";
import { ServiceError } from "../streams/service_error.ts";

/** Headers of one message, and characters of all their names and values together. */
export const MAX_HEADERS = 256;
export const MAX_HEADER_TEXT = 64 * 1024;

export type Headers = readonly (readonly [name: string, value: string])[];

/** `token` of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** `field-value` of RFC 9110, 5.5, with the bytes above ASCII as Latin-1; a line break in it would begin another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** An absolute path and a query, as in a request line: no blanks, controls or fragment. */
const PATH = /^\/[\x21\x22\x24-\x7e]*$/;

/** RFC 9110, 7.6.1, and what older proxies take for such. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Of a request besides: who asks sets the first, the second would let the service wait for us, the third tells of the page's address. */
const NOT_FORWARDED = new Set(["host", "expect", "referer"]);

const headers = v.pipe(
  v.array(
    v.tuple([v.pipe(v.string(), v.regex(TOKEN)), v.pipe(v.string(), v.regex(VALUE))]),
  ),
  v.maxLength(MAX_HEADERS),
  v.check((all) => all.reduce((sum, [name, text]) => sum + name.length + text.length, 0) <= MAX_HEADER_TEXT),
);

/** How long the body of a request is: said once, in digits, or not at all. Anything else divides readers on where the next request begins. */
const LENGTH = /^\d{1,15}$/;

const request = v.object({
  method: v.pipe(v.string(), v.maxLength(32), v.regex(TOKEN), v.check((method) => method !== "CONNECT")),
  path: v.pipe(v.string(), v.maxLength(MAX_HEADER_TEXT), v.regex(PATH)),
  headers: v.pipe(
    headers,
    v.check((all) => {
      const said = lengths(all);
      return said.length === 0 || said.length === 1 && LENGTH.test(said[0]!);
    }),
  ),
});

const response = v.object({
  status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  text: v.pipe(v.string(), v.maxLength(256), v.regex(VALUE)),
  headers,
});

/** What is asked for. */
export type RequestHead = v.InferOutput<typeof request>;
/** What the service answers; `text` is the reason phrase. */
export type ResponseHead = v.InferOutput<typeof response>;

/**
 * @throws {ServiceError} `head`, naming the field
 */
export function readRequestHead(value: unknown): RequestHead {
  return read(request, value, "head");
}

/**
 * @throws {ServiceError} `bad-answer`, naming the field
 */
export function readResponseHead(value: unknown): ResponseHead {
  return read(response, value, "bad-answer");
}

function lengths(headers: Headers): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === "content-length").map(([, value]) => value);
}

/** How long the body of a request with these headers is, bytes; undefined where it goes in chunks, or there is none. */
export function bodyLength(headers: Headers): number | undefined {
  const [said] = lengths(headers);
  return said === undefined ? undefined : Number(said);
}

function read<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  code: "head" | "bad-answer",
): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (success) return output;
  const field = issues[0].path?.[0]?.key;
  throw new ServiceError(code, field === undefined ? "no HTTP message" : `${String(field)} can't be used`);
}

/** `headers` without those that are for one connection only. */
export function endToEnd(headers: Headers): Headers {
  const named = new Set(
    headers.filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.split(",").map((name) => name.trim().toLowerCase())),
  );
  // Where a body ends is no matter of one connection, whoever says so.
  named.delete("content-length");
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && !named.has(lower);
  });
}

/** The headers with which a service at `origin` (such as `http://127.0.0.1:11434`) is asked. */
export function requestHeaders(headers: Headers, origin: string): Headers {
  const kept = endToEnd(headers)
    .filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase()))
    .map(([name, value]) => [name, name.toLowerCase() === "origin" ? origin : value] as const);
  return [["Host", new URL(origin).host], ...kept];
}
