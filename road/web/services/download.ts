/** Gets one file of a host in a page, from where the try before ended. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { FileClient, Got, Sha256 } from "../../../session/services/file_client.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { Part } from "./download_part.ts";
import type { TransferOptions } from "./service_types.ts";

/** A part grows by so much: less than this is lost with the page. Bytes. */
const PIECE = 4 * 1024 * 1024;

/** A SHA-256 in JavaScript: a browser's own takes no pieces. */
export function pageSha256(): Sha256 {
  const hash = sha256.create();
  return { update: (bytes) => hash.update(bytes), hex: () => bytesToHex(hash.clone().digest()) };
}

/**
 * The file at `path`, whose begin is in `part`. What comes stays there if it breaks off; else the part is empty afterwards.
 * @throws {ServiceError} `sum`, and what the host says
 */
export async function download(
  files: FileClient,
  path: string,
  part: Part,
  { signal, onprogress }: TransferOptions,
): Promise<File> {
  const held = pageSha256();
  let from = 0;
  for (const piece of part.pieces) {
    for await (const bytes of bytesOf(piece)) {
      held.update(bytes);
      from += bytes.length;
    }
  }
  const have = from > 0 ? { from, sha256: held.hex() } : { from };
  return await files.get(path, have, async (got) => {
    if (got.from !== from) await part.clear();
    const hash = got.from === from ? held : pageSha256();
    onprogress?.({ done: got.from, total: got.size });
    await keep(got, part, hash, (done) => onprogress?.({ done, total: got.size }));
    if (hash.hex() !== await got.sum()) {
      await part.clear();
      throw new ServiceError("sum", `${path} did not arrive as it was sent`);
    }
    // A copy that is the browser's own, on its disk if it is large: the part's files are removed.
    const whole = await new Response(new Blob([...part.pieces]).stream()).blob();
    await part.clear();
    return new File([whole], path.split("/").at(-1)!, { lastModified: got.time });
  }, signal);
}

/** Puts what comes behind `part`, also what came before a break. */
async function keep(got: Got, part: Part, hash: Sha256, came: (done: number) => void): Promise<void> {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let done = got.from;
  const flush = async () => {
    if (size === 0) return;
    const piece = new Blob(waiting);
    [waiting, size] = [[], 0];
    await part.add(piece);
  };
  try {
    for await (const bytes of got.bytes) {
      hash.update(bytes);
      waiting.push(bytes as Uint8Array<ArrayBuffer>);
      size += bytes.length;
      came(done += bytes.length);
      if (size >= PIECE) await flush();
    }
  } finally {
    await flush();
  }
}

/** The bytes of a blob, piece by piece. */
export async function* bytesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}
