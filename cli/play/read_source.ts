/** The bytes of a recording: from a file, from a URL, or from standard input. */
import { concat } from "../../frames/bytes.ts";
import { Failure } from "../process/failure.ts";

/** The most that is played, bytes: it is kept in memory. A busy terminal takes days to print so much. */
const MOST = 256 * 1024 * 1024;

/** Reads all of `source`: a path, an http(s) URL, or `-`. Throws {@link Failure} if that is not possible, or what `stop` was aborted with. */
export async function readSource(source: string, stop: AbortSignal): Promise<Uint8Array> {
  try {
    return await whole(await open(source, stop), source);
  } catch (cause) {
    stop.throwIfAborted();
    if (cause instanceof Failure) throw cause;
    throw failure(source, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function open(source: string, stop: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  if (source === "-") return Deno.stdin.readable;
  if (!/^https?:\/\//i.test(source)) return (await Deno.open(source)).readable;
  const response = await fetch(source, { signal: stop });
  if (response.ok && response.body) return response.body;
  await response.body?.cancel();
  throw failure(source, `The server says ${response.status}`);
}

async function whole(stream: ReadableStream<Uint8Array>, source: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > MOST) throw failure(source, `It is larger than ${MOST} bytes`);
    pieces.push(piece);
  }
  return concat(pieces);
}

function failure(value: string, why: string, cause?: unknown): Failure {
  const hint = why.split("\n")[0]!.replace(/\.$/, "");
  return new Failure({ what: "The recording can't be read", value, hint, cause });
}
