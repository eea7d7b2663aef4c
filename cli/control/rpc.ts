/** JSON-RPC 2.0 as the control socket has it: one object a line, no batches. Pure. */
import { literal, object, read, text } from "../../transport/schema/strict_json.ts";

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

/** A request but for its id and params, whose kinds are checked apart. */
const REQUEST = object({
  jsonrpc: literal("2.0"),
  method: text(MAX_NAME, /^[a-zA-Z_]+$/, "a method's name"),
});

/** The request of a line. Throws {@link RpcError}. */
export function parseRequest(line: string): Request {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new RpcError(CODES.parse, "this is not JSON");
  }
  if (!isObject(json)) throw new RpcError(CODES.request, "a request must be an object");
  const { id, params = {}, ...rest } = json;
  if (!isId(id)) throw new RpcError(CODES.request, "id must be a text, a number or null");
  if (!isObject(params)) throw new RpcError(CODES.request, "params must be an object", id);
  const result = read(REQUEST, rest);
  if ("value" in result) return { id, method: result.value.method, params };
  const { at, wanted, unknown } = result.fault;
  const what = unknown ? `there is no field ${at}; known: id, params, ${wanted}` : `${at} must be ${wanted}`;
  throw new RpcError(CODES.request, what, id);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(id: unknown): id is Id {
  return id === undefined || id === null || typeof id === "number" ||
    (typeof id === "string" && id.length <= MAX_NAME);
}

/** The line that answers with a result. */
export function answer(id: Id, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result }) + "\n";
}

/** The line that answers with an error. */
export function refusal({ code, message, id }: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id: id ?? null, error: { code, message } }) + "\n";
}
