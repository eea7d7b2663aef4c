/** One opened stream as a service sees it: bytes both ways, each half ended by itself, or reset. */
import type { ByteStream } from "../streams/byte_stream.ts";
import type { ByteSource } from "./byte_reader.ts";
import { ServiceError, serviceError } from "../streams/service_error.ts";
import { WebStreams } from "../streams/web_streams.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Each half is used in one way alone: by its methods, or as a web stream. What fails is a {@link ServiceError}. */
export interface ServiceStream extends ByteSource {
  /** What the other end sends. Its end is the other end's `End`; a reset is an error. `cancel` resets the stream. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What the other end gets; `close` is our `End`, `abort` resets the stream. A reset is an error. */
  readonly writable: WritableStream<Uint8Array>;
  /** Writes all of `bytes`, in this turn where there is room. Settles when all has found room. */
  write(bytes: Uint8Array): Promise<void>;
  /** As {@link write}, and our `End`: a short message goes in one packet with what opened the stream. */
  finish(bytes?: Uint8Array): Promise<void>;
  /** Ends both halves at once, at both ends. Without effect once the stream is over. */
  reset(error: ServiceError): void;
  /** Aborted with a {@link ServiceError} when either end resets the stream, or the peer is gone. */
  readonly signal: AbortSignal;
}

/** `stream` as a service sees it; to be called in the turn in which the stream was given. */
export function serviceStream(stream: ByteStream): ServiceStream {
  return new WebStreams(stream);
}

/** Opens a stream for `service`; `head` is what it is told. */
export type OpenStream = (service: string, head: Uint8Array) => ServiceStream;

/**
 * Opens a stream at `peer`.
 * @throws {ServiceError} `busy` while 256 are open; `gone` when the session is over
 */
export function openStream(
  peer: { open(service: string, head: Uint8Array): ByteStream | null },
  service: string,
  head: Uint8Array,
): ServiceStream {
  const stream = peer.open(service, head);
  if (stream === null) throw new ServiceError("busy", "too many streams are open, or the session is over");
  return serviceStream(stream);
}

/** `value` as a head. */
export function encodeHead(value: Readonly<Record<string, unknown>>): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/**
 * The object that a head holds.
 * @throws {ServiceError} `head`
 */
export function decodeHead(head: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(decoder.decode(head));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Said below.
  }
  throw new ServiceError("head", "the head is no JSON object");
}

/** Runs what serves `stream`, and resets it with what that throws. */
export async function serve(stream: ServiceStream, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    stream.reset(serviceError(error));
  }
}
