/** JSON-RPC 2.0 as the control socket has it: one object a line, no batches. Pure. */
import { literal, object, optional, read, text } from "../../transport/schema/strict_json.ts";
import * as v from "valibot";

/** A request's id, which its answer repeats; undefined: a notification, which gets none. */
export type Id = string | number | null | undefined;

/** The codes of the specification, and ours for what the host does not do. */
export const CODES = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  refused: -32000,
} as const;
const MAX_NAME = 64;

/** What is wrong with a request, for its answer. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  constructor(readonly code: number, message: string, readonly id: Id = null) {
    super(message);
  }
}

export interface Request {
  readonly id: Id;
  readonly method: string;
  readonly params: unknown;
}

const ID = v.union([v.pipe(v.string(), v.maxLength(MAX_NAME)), v.pipe(v.number(), v.finite()), v.null()]);
const REQUEST = object({
  jsonrpc: literal("2.0"),
  id: optional(v.union(ID.options, "a text, a number or null")),
  method: text(MAX_NAME, /^[a-z_]+$/, "a method's name"),
  params: optional(
    v.pipe(
      v.custom<object>(
        (value) => typeof value === "object" && value !== null && !Array.isArray(value),
        "an object",
      ),
    ),
  ),
});

/** The request of a line. Throws {@link RpcError}. */
export function parseRequest(line: string): Request {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new RpcError(CODES.parse, "this is not JSON");
  }
  const result = read(REQUEST, json);
  if ("fault" in result) {
    const { at, wanted, unknown } = result.fault;
    const what = unknown
      ? `there is no field ${at}; known: ${wanted}`
      : `${at || "a request"} must be ${wanted}`;
    throw new RpcError(CODES.request, what, idOf(json));
  }
  const { id, method, params = {} } = result.value;
  return { id, method, params };
}

/** The id of a request that is wrong elsewhere, as far as it has one. */
function idOf(json: unknown): Id {
  const { id = null } = (typeof json === "object" && json !== null ? json : {}) as { readonly id?: unknown };
  return v.is(ID, id) ? id : null;
}

/** The line that answers with a result. */
export function answer(id: Id, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result }) + "\n";
}

/** The line that answers with an error. */
export function refusal({ code, message, id }: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id: id ?? null, error: { code, message } }) + "\n";
}
