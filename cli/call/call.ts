/** `beach call`: asks a program or an HTTP service that a host offers, and prints the answer. */
import { RequestClient } from "../../session/services/request_client.ts";
import { ByteReader } from "../../session/services/byte_reader.ts";
import { readRequestHead, type RequestHead } from "../../session/services/http_head.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { ServicesJoin } from "../join/services_join.ts";
import { complete } from "../join/join_secret.ts";
import type { CallOptions } from "../options/invocation.ts";
import { FAILED, Failure, USAGE } from "../process/failure.ts";
import type { Io } from "../process/io.ts";
import { openLog } from "../report/log.ts";
import { print } from "../terminal/print.ts";
import { exactJson } from "./exact_json.ts";
import { writeAll } from "../services/write_all.ts";

/** What `call` reads from standard input as one message; bytes. */
const MAX_INPUT = 64 * 1024 * 1024;
/** A status from here on is a fault of the request or the service (RFC 9110, 15). */
const FIRST_FAULT = 400;

/** Returns 0 for an answer, 1 for an error that the host, the program or the service answers with. */
export async function runCall(given: CallOptions, io: Io): Promise<number> {
  // Before anything is asked for: what can't be sent is the likeliest mistake.
  const request = given.http === undefined ? undefined : requestOf(given.http, given.header);
  const value = request ? undefined : parsed(await messageOf(given.message, io.stop));
  const options = await complete(given, io.stop);
  using logs = openLog(options, "nothing");
  const say = (words: string | null) => words !== null && logs.log("warn", words);
  await using session = await ServicesJoin.open(options, logs, say, io.stop);
  const client = new RequestClient(session.open, exactJson);
  try {
    const asked = request
      ? http(client, given.to, request, given.message, io.stop)
      : client.call(given.to, value, io.stop).then(async (answer) => {
        await print(JSON.stringify(answer) + "\n");
        return 0;
      });
    return await Promise.race([asked, session.over]);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message } = error;
    await print(JSON.stringify({ error: { code, message } }) + "\n");
    return FAILED;
  }
}

async function http(
  client: RequestClient,
  to: string,
  request: RequestHead,
  message: string | undefined,
  stop: AbortSignal,
): Promise<number> {
  const body = message === undefined
    ? undefined
    : message === "-"
    ? Deno.stdin.readable
    : textStream(message);
  const reply = await client.http(to, request, body, stop);
  const from = new ByteReader(reply.body);
  try {
    for (let bytes = await from.some(); bytes; bytes = await from.some()) {
      await writeAll(Deno.stdout, bytes);
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // Standard output holds the body, perhaps in a file: an error in JSON would become a part of it.
    throw new Failure({ what: `The answer broke off: ${error.message}`, cause: error });
  }
  if (reply.status < FIRST_FAULT) return 0;
  throw new Failure({ what: `The service answered ${reply.status} ${reply.text}`.trimEnd() });
}

/** `GET /api/tags`, and headers as `Name: value`. */
function requestOf(line: string, headers: readonly string[]): RequestHead {
  const [, method, path] = /^([A-Za-z]+) +(\S+)$/.exec(line.trim()) ?? [];
  const pairs = headers.map((header) => {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
    if (name === undefined) {
      throw new Failure({
        what: "--header can't be used",
        value: header,
        wanted: "Name: value",
        code: USAGE,
      });
    }
    return [name, value!];
  });
  try {
    return readRequestHead({ method: method?.toUpperCase(), path, headers: pairs });
  } catch (error) {
    const hint = "Try: --http 'GET /api/tags'";
    throw new Failure({
      what: "--http can't be used",
      value: line,
      wanted: "METHOD /PATH",
      hint,
      code: USAGE,
      cause: error,
    });
  }
}

async function messageOf(message: string | undefined, stop: AbortSignal): Promise<Uint8Array> {
  if (message === undefined) {
    throw new Failure({
      what: "No message was given",
      wanted: "JSON, or - to read it from stdin",
      code: USAGE,
    });
  }
  if (message !== "-") return new TextEncoder().encode(message);
  const from = new ByteReader(Deno.stdin.readable);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let bytes = await from.some(); bytes; bytes = await from.some()) {
    stop.throwIfAborted();
    length += bytes.length;
    if (length > MAX_INPUT) {
      throw new Failure({ what: "The message on stdin is too large", wanted: `at most ${MAX_INPUT} bytes` });
    }
    pieces.push(bytes);
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function parsed(json: Uint8Array): unknown {
  try {
    return exactJson(json);
  } catch {
    const value = new TextDecoder().decode(json.subarray(0, 200));
    throw new Failure({
      what: "The message is no JSON",
      value,
      wanted: `JSON, such as '{"hello": 1}'`,
      code: USAGE,
    });
  }
}

function textStream(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from([new TextEncoder().encode(text)]);
}
