/** The heads and messages of `files` (`README.md`). */
import * as v from "valibot";
import { ServiceError } from "../streams/service_error.ts";

/** The service's name in `Open`. */
export const FILES = "files";
/** What may be pasted; bytes. */
export const MAX_PASTE = 32 * 1024 * 1024;
/** Messages of this service are below it; bytes. */
export const MAX_FILE_MESSAGE = 64 * 1024;

const path = v.pipe(v.string(), v.maxLength(4096));
const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const mode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777));
/** ms since 1970; files may be older. */
const time = v.pipe(v.number(), v.integer(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const open = v.variant("op", [
  v.object({ op: v.literal("list"), path, deep: v.boolean() }),
  v.object({ op: v.literal("get"), path, from: size, sha256: v.optional(sha256) }),
  v.object({
    op: v.literal("put"),
    path,
    size,
    mode,
    time,
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  }),
  v.object({ op: v.literal("folder"), path, mode: v.optional(mode), time: v.optional(time) }),
  v.object({
    op: v.literal("paste"),
    type: v.pipe(v.string(), v.maxLength(100)),
    size: v.pipe(size, v.maxValue(MAX_PASTE)),
  }),
]);

const messages = {
  entry: v.object({
    path,
    kind: v.picklist(["file", "folder", "link", "other"]),
    size,
    mode,
    time,
  }),
  found: v.object({ size, mode, time, from: size }),
  held: v.object({ from: size, sha256 }),
  from: v.object({ from: size }),
  sum: v.object({ sha256 }),
  done: v.object({ done: v.literal(true) }),
  made: v.object({ made: v.boolean() }),
  pasted: v.object({ path }),
};

export type FileOpen = v.InferOutput<typeof open>;
export type PutOpen = FileOpen & { op: "put" };
export type GetOpen = FileOpen & { op: "get" };
/** One line of a listing; `path` is relative to the shared folder. */
export type FileEntry = v.InferOutput<typeof messages.entry>;
export type FileMessages = { [K in keyof typeof messages]: v.InferOutput<(typeof messages)[K]> };

/**
 * @throws {ServiceError} `head`, naming the field
 */
export function readFileOpen(head: Readonly<Record<string, unknown>>): FileOpen {
  const { success, output, issues } = v.safeParse(open, head, { abortEarly: true });
  if (success) return output;
  throw new ServiceError("head", `${String(issues[0].path?.[0]?.key ?? "op")} can't be used`);
}

/**
 * `value` as a message of this kind; `undefined` is none.
 * @throws {ServiceError} `bad-answer`
 */
export function readFileMessage<K extends keyof FileMessages>(kind: K, value: unknown): FileMessages[K] {
  const { success, output } = v.safeParse(messages[kind], value);
  if (!success) {
    const what = value === undefined
      ? "the other end ended the stream too early"
      : "a message that can't be read";
    throw new ServiceError("bad-answer", `files: ${what}`);
  }
  return output as FileMessages[K];
}
