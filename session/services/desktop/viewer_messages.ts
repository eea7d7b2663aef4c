/** What a viewer says of a desktop, on `show` and on `media` (`README.md`, "What a viewer says on `show`" and "Streams"). */
import * as v from "valibot";
import { ServiceError } from "../../streams/service_error.ts";
import { bitrate, count, fps, line, measure, preset, readSaid, rtp, type Said, side } from "./checks.ts";
import { MAX_CANDIDATE, MAX_DESKTOP_MESSAGE } from "./limits.ts";

const messages = {
  want: v.object({
    how: v.picklist(["automatic", "video", "pictures"]),
    width: side,
    height: side,
    audio: v.boolean(),
    visible: v.boolean(),
    why: v.optional(line),
  }),
  set: v.object({ fps: v.optional(fps), bitrate: v.optional(bitrate), preset: v.optional(preset) }),
  ping: count,
  age: v.object({ ms: measure, shown: count, rtp }),
  keyframe: v.literal(true),
};

/** One message of a viewer. */
export type ViewerSays = Said<typeof messages>;
type Of<K extends ViewerSays["is"]> = Extract<ViewerSays, { readonly is: K }>["value"];

export type Want = Of<"want">;
export type DesktopChange = Of<"set">;

/** The value of a message that a viewer sends. */
export function viewerSays(said: ViewerSays): Readonly<Record<string, unknown>> {
  return { [said.is]: said.value };
}

/**
 * What a viewer says in the message `value`; undefined where it is of a later version.
 * @throws {ServiceError} `bad-answer`, naming the key
 */
export function readViewerSays(value: unknown): ViewerSays | undefined {
  return readSaid(messages, value);
}

const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_DESKTOP_MESSAGE));
const negotiation = {
  offer: v.object({ offer: sdp, policy: v.picklist(["all", "relay"]) }),
  answer: v.object({ answer: sdp }),
  candidate: v.object({
    candidate: v.pipe(v.string(), v.maxLength(MAX_CANDIDATE)),
    mid: v.pipe(v.string(), v.maxLength(16)),
  }),
};
/** Messages of `media`; an empty `candidate` ends them. */
export type MediaMessages = { [K in keyof typeof negotiation]: v.InferOutput<(typeof negotiation)[K]> };

/**
 * `value` as a message of this kind on `media`; `undefined` is none.
 * @throws {ServiceError} `bad-answer`
 */
export function readMediaMessage<K extends keyof MediaMessages>(kind: K, value: unknown): MediaMessages[K] {
  const { success, output } = v.safeParse(negotiation[kind], value, { abortEarly: true });
  if (success) return output as MediaMessages[K];
  const what = value === undefined ? "the other end left too early" : `the ${kind} can't be read`;
  throw new ServiceError("bad-answer", `desktop: ${what}`);
}
