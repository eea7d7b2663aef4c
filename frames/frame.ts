/** All frames of `WIRE.md`: their list, and how each is encoded in a packet. */
import { MAX_INTEGER, type Value, WireError } from "./codec.ts";
import { u32 } from "./checks.ts";
import { HISTORY_LAYOUTS, type HistoryFrame } from "./history_frames.ts";
import { DESKTOP_LAYOUTS, type DesktopFrame, INPUT_LAYOUTS, type InputFrame } from "./input_frames.ts";
import type { Layout } from "./layout.ts";
import { LINK_LAYOUTS, type LinkFrame, type OtherProtocol, type Probe, WIRE_VERSION } from "./link_frames.ts";
import { SCREEN_LAYOUTS, type ScreenFrame } from "./screen_frames.ts";
import { FIRST_STREAM, type StreamFrame } from "./stream_frames.ts";
import { STREAM_LAYOUTS } from "./stream_layouts.ts";

export type Frame = LinkFrame | ScreenFrame | InputFrame | HistoryFrame | DesktopFrame | StreamFrame;
export type FrameType = Frame["type"];
/** The frame of one type. */
export type FrameOf<T extends FrameType> = Extract<Frame, { readonly type: T }>;

/** Streams whose ids are fixed, with the frames of each. */
const FIXED: readonly (readonly [stream: number, layouts: Readonly<Record<string, Layout>>])[] = [
  [0, LINK_LAYOUTS],
  [1, SCREEN_LAYOUTS],
  [2, INPUT_LAYOUTS],
  [3, HISTORY_LAYOUTS],
  [4, DESKTOP_LAYOUTS],
];

interface Known {
  readonly type: string;
  /** Undefined: the frame names its stream itself. */
  readonly stream: number | undefined;
  readonly layout: Layout;
}

const BY_TYPE = new Map<string, Known>();
/** By stream and code; the opened streams as {@link FIRST_STREAM}. */
const BY_CODE = new Map<number, Map<number, Known>>();

for (const [stream, layouts] of [...FIXED, [FIRST_STREAM, STREAM_LAYOUTS] as const]) {
  const codes = new Map<number, Known>();
  for (const [type, layout] of Object.entries(layouts)) {
    const known = { type, stream: stream === FIRST_STREAM ? undefined : stream, layout };
    BY_TYPE.set(type, known);
    codes.set(layout.code, known);
  }
  BY_CODE.set(stream, codes);
}
// One that is refused is told so whatever stream it named.
const RESET = BY_TYPE.get("Reset")!;
for (const [stream] of FIXED) BY_CODE.get(stream)!.set(RESET.layout.code, RESET);

/** Frames that are encoded as such; a `Probe` is a packet without frames. */
export type WrittenFrame = Exclude<Frame, Probe>;

/** `frame` as a packet holds it. The caller keeps to the limits; the other end would refuse it otherwise. */
export function frameValue(frame: WrittenFrame): Value[] {
  const { stream, layout } = BY_TYPE.get(frame.type)!;
  const fields = frame as unknown as Record<string, Value>;
  const value: Value[] = [stream ?? fields.stream!, layout.code];
  for (const [name] of layout.fields) value.push(fields[name]!);
  if (layout.rest) value.push(...fields[layout.rest[0]] as Value[]);
  return value;
}

/**
 * The frame in `value`; null if its stream or its type is not known here: a protocol may grow.
 * @throws {WireError} for anything else that `WIRE.md` does not allow, naming type, field and what was wrong
 */
export function frameOf(value: Value): WrittenFrame | OtherProtocol | null {
  if (!Array.isArray(value)) throw new WireError("a frame is not an array");
  const [stream, code, ...values] = value;
  if (!u32(stream)) throw new WireError("a frame's stream is out of range");
  if (!u32(code)) throw new WireError("a frame's type is out of range");
  const known = BY_CODE.get(Math.min(stream as number, FIRST_STREAM))?.get(code as number);
  if (!known) return null;
  if ((known.type === "Hello" || known.type === "Welcome") && u32(values[0]) && values[0] !== WIRE_VERSION) {
    return { type: "OtherProtocol", protocol: values[0] as number };
  }
  return read(known, stream as number, values);
}

function read(
  { type, stream, layout: { fields, rest } }: Known,
  named: number,
  values: Value[],
): WrittenFrame {
  if (values.length < fields.length || !rest && values.length > fields.length) {
    throw new WireError(`${type} has ${values.length} fields, not ${fields.length}`);
  }
  const frame: Record<string, unknown> = stream === undefined ? { type, stream: named } : { type };
  fields.forEach(([name, check], i) => {
    if (!check(values[i])) throw new WireError(`${type}.${name} is out of range`);
    frame[name] = values[i];
  });
  if (rest) {
    const [name, check] = rest;
    const others = values.slice(fields.length);
    if (!check(others)) throw new WireError(`${type}.${name} is out of range`);
    frame[name] = others;
  }
  const wrong = inconsistency(frame as unknown as Frame);
  if (wrong !== undefined) throw new WireError(wrong);
  return frame as unknown as WrittenFrame;
}

/** What is wrong with fields that each are right. */
function inconsistency(frame: Frame): string | undefined {
  switch (frame.type) {
    case "Snapshot":
      return frame.part >= frame.parts ? "Snapshot.part is not below parts" : undefined;
    case "Output":
    case "Input":
    case "Events":
    case "Data":
      return frame.base + frame.data.length > MAX_INTEGER ? `${frame.type} ends out of range` : undefined;
    case "Picture":
      return frame.from + frame.data.length <= frame.to && frame.to <= frame.size
        ? undefined
        : "Picture.data is not within size";
    case "Lines":
      return frame.from + frame.rows.length > MAX_INTEGER ? "Lines.rows end out of range" : undefined;
  }
}
