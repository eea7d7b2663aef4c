/** The heads of the streams of `desktop` (`README.md`, "Streams"). */
import * as v from "valibot";
import { ServiceError } from "../../streams/service_error.ts";
import { decodeHead, encodeHead } from "../service_stream.ts";
import { MAX_CLIP } from "./limits.ts";

/** The service's name in `Open`, and the feature of a host that shares a desktop. */
export const DESKTOP = "desktop";

/** What goes over the clipboard; a text is UTF-8. */
export const CLIP_TYPES = ["text/plain", "image/png"] as const;
export type ClipType = (typeof CLIP_TYPES)[number];

const type = v.picklist(CLIP_TYPES);
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

const open = v.variant("kind", [
  v.object({ kind: v.literal("show") }),
  v.object({ kind: v.literal("media") }),
  v.object({ kind: v.literal("pictures") }),
  v.object({ kind: v.literal("clip"), type, size: v.pipe(count, v.maxValue(MAX_CLIP)) }),
  v.object({ kind: v.literal("clip-get"), id: count, type }),
]);

/** How a stream of a desktop begins. */
export type DesktopHead = v.InferOutput<typeof open>;

/** The head of a stream that a viewer opens. */
export function encodeDesktopHead(head: DesktopHead): Uint8Array {
  return encodeHead(head);
}

/**
 * What a viewer opens a stream for.
 * @throws {ServiceError} `head`, naming the field
 */
export function readDesktopHead(head: Uint8Array): DesktopHead {
  const { success, output, issues } = v.safeParse(open, decodeHead(head), { abortEarly: true });
  if (success) return output;
  throw new ServiceError("head", `${String(issues[0].path?.[0]?.key ?? "kind")} can't be used`);
}
