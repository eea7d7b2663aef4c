/** What a host says of its desktop on `show` (`README.md`, "What a host says on `show`"). */
import * as v from "valibot";
import {
  bitrate,
  count,
  fps,
  line,
  measure,
  place,
  preset,
  readSaid,
  rtp,
  type Said,
  side,
  time,
  word,
} from "./checks.ts";
import { MAX_CURSOR_MESSAGE, MAX_CURSOR_SIDE, MAX_MONITORS } from "./limits.ts";

const cursorSide = v.pipe(side, v.maxValue(MAX_CURSOR_SIDE));
/** The image of a pointer: its hot spot is at `x`, `y`. */
const cursorImage = v.object({
  id: count,
  width: cursorSide,
  height: cursorSide,
  x: v.pipe(place, v.maxValue(MAX_CURSOR_SIDE)),
  y: v.pipe(place, v.maxValue(MAX_CURSOR_SIDE)),
  png: v.pipe(v.string(), v.maxLength(MAX_CURSOR_MESSAGE), v.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
});

const messages = {
  screen: v.object({
    width: side,
    height: side,
    monitors: v.pipe(
      v.array(v.object({ name: word, x: place, y: place, width: side, height: side })),
      v.maxLength(MAX_MONITORS),
    ),
  }),
  settings: v.object({
    fps,
    bitrate,
    preset,
    encoder: word,
    encoders: v.pipe(v.array(word), v.maxLength(16)),
    audio: v.boolean(),
    clipboard: v.picklist(["both", "in", "out", "none"]),
    input: v.boolean(),
    // Missing: there is one.
    terminal: v.optional(v.boolean()),
  }),
  // One without an image was sent before.
  cursor: v.nullable(v.union([cursorImage, v.object({ id: count, png: v.optional(v.never()) })])),
  pointer: v.tuple([place, place]),
  clock: v.object({ rtp, at: time }),
  pong: v.object({ ping: count, at: time }),
  path: v.object({ how: v.picklist(["video", "pictures"]), why: line }),
  numbers: v.object({
    fps: measure,
    bitrate: measure,
    captureMs: measure,
    encodeMs: measure,
    queueMs: measure,
    lost: measure,
    rttMs: measure,
  }),
  clipboard: v.object({
    id: count,
    types: v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(16)),
  }),
  typist: v.nullable(line),
  notice: line,
};

/** One message of a host. */
export type HostSays = Said<typeof messages>;
type Of<K extends HostSays["is"]> = Extract<HostSays, { readonly is: K }>["value"];

export type DesktopScreen = Of<"screen">;
export type DesktopSettings = Of<"settings">;
export type HostNumbers = Of<"numbers">;
export type ClipOffer = Of<"clipboard">;
/** How pictures come. */
export type PictureWay = Of<"path">["how"];

/**
 * What a host says in the message `value`; undefined where it is of a later version.
 * @throws {ServiceError} `bad-answer`, naming the key
 */
export function readHostSays(value: unknown): HostSays | undefined {
  return readSaid(messages, value);
}
