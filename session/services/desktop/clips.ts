/** What is copied, on its way to the desktop and back (`README.md`, "Streams"). */
import * as v from "valibot";
import { ByteReader } from "../byte_reader.ts";
import { nextMessage } from "../messages.ts";
import type { OpenStream } from "../service_stream.ts";
import { ServiceError } from "../../streams/service_error.ts";
import { count } from "./checks.ts";
import { type ClipType, DESKTOP, encodeDesktopHead } from "./heads.ts";
import { MAX_CLIP, MAX_DESKTOP_MESSAGE } from "./limits.ts";

const found = v.object({ size: v.pipe(count, v.maxValue(MAX_CLIP)) });

/**
 * Gives the desktop something to paste; settles once it has it.
 * @throws {ServiceError}
 */
export async function sendClip(open: OpenStream, type: ClipType, bytes: Uint8Array): Promise<void> {
  if (bytes.length > MAX_CLIP) {
    throw new ServiceError("too-large", `${bytes.length} bytes were copied; at most ${MAX_CLIP} are taken`);
  }
  const stream = open(DESKTOP, encodeDesktopHead({ kind: "clip", type, size: bytes.length }));
  // Why the host refuses it shows at the reading side.
  stream.finish(bytes).catch(() => {});
  await new ByteReader(stream).exactly(1);
}

/**
 * What was copied on the desktop: the offer `id` of the host.
 * @throws {ServiceError} `missing` if it has something newer by now
 */
export async function getClip(open: OpenStream, id: number, type: ClipType): Promise<Uint8Array> {
  const stream = open(DESKTOP, encodeDesktopHead({ kind: "clip-get", id, type }));
  try {
    stream.finish().catch(() => {});
    const from = new ByteReader(stream);
    const { success, output } = v.safeParse(found, await nextMessage(from, MAX_DESKTOP_MESSAGE));
    if (!success) throw new ServiceError("bad-answer", "desktop: the size of what was copied can't be read");
    const bytes = output.size === 0 ? new Uint8Array() : await from.exactly(output.size);
    if (!bytes) throw new ServiceError("gone", "the host ended too early");
    return bytes;
  } finally {
    stream.reset(new ServiceError("gone", "all is read"));
  }
}
