/**
 * FFmpeg, as `node-av` 6.1.1 has it: the only file that knows that package. The types are ours, of what is used here, since the package is
 * not there when Beach is checked. A result below zero is FFmpeg's error code.
 */
import type { Buffer } from "node:buffer";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../../process/failure.ts";

/** What must be freed by hand: the collector does not. */
interface Freed {
  free(): void;
}

type Rational = { readonly num: number; readonly den: number };

/** A picture or samples. Buffers that it was made from are not copied. */
export interface AvFrame extends Freed {
  format: number;
  width: number;
  height: number;
  pts: bigint;
  pictType: number;
  quality: number;
  nbSamples: number;
  sampleRate: number;
  channelLayout: unknown;
  colorRange: number;
  /** The planes, in place. Get them once and keep them. */
  readonly data: Buffer[] | null;
  readonly linesize: number[];
  hwFramesCtx: AvHardwareFrames | null;
  alloc(): void;
  allocBuffer(): number;
  unref(): void;
  /** Another frame with the same pixels; null if this one was freed. */
  clone(): AvFrame | null;
  toBuffer(): Buffer;
  hwframeTransferData(to: AvFrame, flags?: number): Promise<number>;
}

export interface AvPacket extends Freed {
  pts: bigint;
  dts: bigint;
  streamIndex: number;
  isKeyframe: boolean;
  data: Buffer | null;
  alloc(): void;
  unref(): void;
  /** What comes with it of this type; valid until `unref`. */
  getSideData(type: number): Buffer | null;
}

/** A codec that was found. */
export type AvCodec = { readonly name: string | null };

/** An encoder or decoder. */
export interface AvCodecContext {
  width: number;
  height: number;
  pixelFormat: number;
  timeBase: Rational;
  framerate: Rational;
  bitRate: bigint;
  rcMaxRate: bigint;
  rcBufferSize: number;
  gopSize: number;
  maxBFrames: number;
  threadCount: number;
  colorRange: number;
  colorSpace: number;
  colorPrimaries: number;
  colorTrc: number;
  globalQuality: number;
  sampleFormat: number;
  sampleRate: number;
  channelLayout: unknown;
  hwFramesCtx: AvHardwareFrames | null;
  readonly frameSize: number;
  readonly extraData: Buffer | null;
  allocContext3(codec: AvCodec): void;
  freeContext(): void;
  open2(codec: AvCodec, options: unknown): Promise<number>;
  setFlags(...flags: number[]): void;
  sendFrame(frame: AvFrame | null): Promise<number>;
  receivePacket(packet: AvPacket): Promise<number>;
  receivePacketSync(packet: AvPacket): number;
  sendPacket(packet: AvPacket | null): Promise<number>;
  receiveFrame(frame: AvFrame): Promise<number>;
}

/** It is ready after `getContext`; initContext would do that once more, and lose 40 KB. */
export interface AvScaler {
  getContext(
    w: number,
    h: number,
    format: number,
    toW: number,
    toH: number,
    toFormat: number,
    how: number,
  ): void;
  freeContext(): void;
  scale(
    from: Buffer[],
    strides: number[],
    row: number,
    rows: number,
    to: Buffer[],
    toStrides: number[],
  ): Promise<number>;
}

export interface AvHardwareDevice extends Freed {
  create(type: number, device?: string | null): number;
}

export interface AvHardwareFrames extends Freed {
  format: number;
  swFormat: number;
  width: number;
  height: number;
  initialPoolSize: number;
  alloc(device: AvHardwareDevice): void;
  init(): number;
  getBuffer(frame: AvFrame): number;
}

interface AvCodecParameters {
  codecType: number;
  codecId: number;
  width: number;
  height: number;
  format: number;
  sampleRate: number;
  frameSize: number;
  channelLayout: unknown;
  extradata: Buffer | null;
}

interface AvStream {
  readonly index: number;
  readonly codecpar: AvCodecParameters;
  timeBase: Rational;
}

/** A file that is written. */
export interface AvFormat {
  flags: number;
  maxInterleaveDelta: bigint;
  allocOutputContext2(format: null, name: string, path: string): number;
  freeContext(): void;
  openOutput(): Promise<number>;
  closeOutput(): Promise<void>;
  newStream(): AvStream;
  writeHeader(options: unknown): Promise<number>;
  interleavedWriteFrame(packet: AvPacket): Promise<number>;
  writeTrailer(): Promise<number>;
}

/** The package's classes and functions. */
interface Library {
  readonly Frame: new () => AvFrame;
  readonly Packet: new () => AvPacket;
  readonly CodecContext: new () => AvCodecContext;
  readonly SoftwareScaleContext: new () => AvScaler;
  readonly FormatContext: new () => AvFormat;
  readonly HardwareDeviceContext: new () => AvHardwareDevice;
  readonly HardwareFramesContext: new () => AvHardwareFrames;
  readonly Rational: new (num: number, den: number) => Rational;
  readonly Codec: {
    findEncoderByName(name: string): AvCodec | null;
    findDecoderByName(name: string): AvCodec | null;
  };
  readonly Dictionary: { fromObject(options: Readonly<Record<string, string>>): unknown & Freed };
  readonly FFmpegError: { strerror(code: number): string };
  readonly Log: { setLevel(level: number): void };
  getFFmpegInfo(): { readonly configuration: string };
  avChannelLayoutDefault(channels: number): unknown;
}

/** FFmpeg's constants, by their C names. */
type Constants = Readonly<Record<ConstantName, number>>;
type ConstantName =
  | `AV_PIX_FMT_${"BGR0" | "YUV420P" | "NV12" | "YUVJ420P" | "YUVJ444P" | "VAAPI"}`
  | `AV_PICTURE_TYPE_${"NONE" | "I"}`
  | `AV_SAMPLE_FMT_S16`
  | `AVCOL_${"RANGE_MPEG" | "SPC_SMPTE170M" | "PRI_BT709" | "TRC_BT709"}`
  | `AV_CODEC_ID_${"H264" | "OPUS"}`
  | `AVMEDIA_TYPE_${"VIDEO" | "AUDIO"}`
  | "AV_CODEC_FLAG_QSCALE"
  | "AV_PKT_DATA_QUALITY_STATS"
  | "AV_HWDEVICE_TYPE_VAAPI"
  | "AVFMT_FLAG_FLUSH_PACKETS"
  | "SWS_POINT"
  | "SWS_FULL_CHR_H_INP"
  | "SWS_BILINEAR";

/** FFmpeg, loaded. */
export interface Ffmpeg extends Library {
  readonly constants: Constants;
}

/** FFmpeg's own log: it crashes the process when a native thread writes a line, so it is silent. */
const LOG_QUIET = -8;
/** A build with parts that may not be given to others. */
const NOT_TO_BE_GIVEN = "--enable-nonfree";

/**
 * Loads FFmpeg from `pack`, the folder of an installed pack. Takes 0.1 s and 60 MB. Throws {@link Failure} if the pack is damaged or of a
 * build that may not be handed on.
 */
export async function loadFfmpeg(pack: string): Promise<Ffmpeg> {
  const folder = join(pack, "node_modules", "node-av", "dist");
  // By its whole path: a compiled program finds no packages by their names, and looks nowhere else. Only the person can write there.
  const file = (part: string) => pathToFileURL(join(folder, part, "index.js")).pathname;
  // deno-lint-ignore beach/plain-import -- the pack is not there when Beach is built and checked
  const from = async (part: string) => await import(`file://${file(part)}`);
  let library: Library;
  let constants: Constants;
  try {
    [library, constants] = await Promise.all([from("lib"), from("constants")]);
    library.Log.setLevel(LOG_QUIET);
  } catch (cause) {
    throw new Failure({
      what: "The desktop pack can't be loaded",
      value: pack,
      hint: `${message(cause)}. To install it again: beach desktop remove, then beach desktop install`,
      cause,
    });
  }
  if (library.getFFmpegInfo().configuration.includes(NOT_TO_BE_GIVEN)) {
    throw new Failure({
      what: "The desktop pack has an FFmpeg that may not be handed on",
      value: pack,
      hint: "Run: beach desktop remove, then beach desktop install",
    });
  }
  return { ...library, constants };
}

function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/** `code` if it is no error. Throws {@link Failure} that says that `what` failed, and why, in FFmpeg's words. */
export function checked(ffmpeg: Ffmpeg, code: number, what: string): number {
  if (code >= 0) return code;
  throw new Failure({ what: `FFmpeg could not ${what}`, value: ffmpeg.FFmpegError.strerror(code) });
}
