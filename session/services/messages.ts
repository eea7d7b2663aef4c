/** JSON over a stream of bytes, as the browsers' native messaging has it: 32 bits of length, little-endian, then the value in UTF-8. */
import type { ByteReader } from "./byte_reader.ts";
import { ServiceError } from "../streams/service_error.ts";

/** Bytes of the length before each message. */
export const LENGTH_BYTES = 4;
/** What Chrome and Firefox allow a native program to send in one message, and the least that a host of ours takes; bytes. */
export const MAX_MESSAGE = 1024 * 1024;

const encoder = new TextEncoder();
/** It refuses what is not UTF-8, and a byte order mark stays a fault of the JSON. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `json` with its length before it. */
export function framed(json: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + json.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/**
 * `value` as a message.
 * @throws {ServiceError} `not-json` if JSON has no form for it
 */
export function encodeMessage(value: unknown): Uint8Array {
  const text = stringify(value);
  if (text === undefined) throw new ServiceError("not-json", `${typeof value} has no form in JSON`);
  return framed(encoder.encode(text));
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new ServiceError("not-json", (error as Error).message.split("\n")[0]!);
  }
}

/**
 * The bytes of the next message, without its length; undefined at the end of the stream.
 * @param most the largest that is taken, in bytes
 * @param announced is told its length before memory is taken for it; what it throws ends the reading
 * @throws {ServiceError} `too-large`, or `gone` if the stream ends within it
 */
export async function nextJson(
  from: ByteReader,
  most: number,
  announced?: (length: number) => void,
): Promise<Uint8Array | undefined> {
  const head = await from.exactly(LENGTH_BYTES);
  if (head === undefined) return undefined;
  const length = new DataView(head.buffer).getUint32(0, true);
  if (length > most) {
    throw new ServiceError("too-large", `a message of ${length} bytes; at most ${most} are taken`);
  }
  announced?.(length);
  const json = await from.exactly(length);
  if (json === undefined && length > 0) {
    throw new ServiceError("gone", `the stream ended ${length} bytes too early`);
  }
  return json ?? new Uint8Array();
}

/**
 * The value of the next message; undefined at the end of the stream, which no JSON is.
 * @throws {ServiceError} `not-json`, and as {@link nextJson}
 */
export async function nextMessage(from: ByteReader, most: number): Promise<unknown> {
  const json = await nextJson(from, most);
  return json === undefined ? undefined : parseJson(json);
}

/**
 * @throws {ServiceError} `not-json`
 */
export function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(json));
  } catch {
    throw new ServiceError("not-json", `${json.length} bytes that are no JSON in UTF-8`);
  }
}
