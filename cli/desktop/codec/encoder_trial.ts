/** Whether an H.264 encoder does here what a desktop needs: a second of pictures goes in, and what comes out is decoded and compared. */
import { Failure } from "../../process/failure.ts";
import { type AvCodecContext, type AvFrame, type AvPacket, checked, type Ffmpeg } from "./node_av.ts";
import { type EncodedPicture, H264Encoder, VIDEO_CLOCK } from "./h264_encoder.ts";
import { Scaler } from "./scaler.ts";
import { joinNals, nalType } from "./start_codes.ts";
import { Buffer } from "node:buffer";

const SIZE = { width: 1280, height: 720 };
/** A second of them. */
const PICTURES = 30;
const FPS = 30;
/** At these a keyframe is asked for, */
const KEYFRAMES = [0, 12];
/** and here the bitrate becomes a half. */
const SLOWER = 20;
const BITRATE = 6_000_000;
/** A picture may take so long, ms (median): at 60 a second there are 16. */
const MOST_MS = 12;
/** How far brightness may be from what went in (mean square, 0 to 255): 30 dB. */
const MOST_ERROR = 65;

/** What a trial found. `ms`: the median time of a picture. */
export interface Trial {
  readonly works: boolean;
  readonly why?: string;
  readonly ms?: number;
}

/** Tries FFmpeg's encoder `name`. A driver may crash the process, or never answer: run it in one that may. */
export async function tryEncoder(ffmpeg: Ffmpeg, name: string): Promise<Trial> {
  try {
    return await run(ffmpeg, name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { works: false, why: error.message };
  }
}

async function run(ffmpeg: Ffmpeg, encoder: string): Promise<Trial> {
  const settings = { ...SIZE, encoder, fps: FPS, bitrate: BITRATE, preset: "balanced" } as const;
  using scaler = new Scaler(ffmpeg, SIZE, SIZE);
  using h264 = await H264Encoder.open(ffmpeg, settings);
  using decoder = await Decoder.open(ffmpeg);
  const times: number[] = [];
  for (let index = 0; index < PICTURES; index++) {
    const picture = await scaler.scale(drawing(index));
    if (index === SLOWER) h264.setBitrate(BITRATE / 2);
    const began = performance.now();
    const keyframe = KEYFRAMES.includes(index);
    const encoded = await h264.encode(picture, { time: index * VIDEO_CLOCK / FPS, keyframe });
    times.push(performance.now() - began);
    const fault = faultOf(encoded, keyframe) ??
      (await decoder.error(encoded, picture.frame.data![0]!) > MOST_ERROR
        ? "pictures come out wrong"
        : undefined);
    if (fault !== undefined) return { works: false, why: fault };
  }
  const ms = times.sort((one, other) => one - other)[PICTURES / 2]!;
  return ms > MOST_MS
    ? { works: false, why: `too slow: ${ms.toFixed(1)} ms a picture`, ms }
    : { works: true, ms };
}

function faultOf({ nals, keyframe }: EncodedPicture, asked: boolean): string | undefined {
  if (keyframe !== asked) {
    return asked ? "no keyframe when one is asked for" : "keyframes that nobody asked for";
  }
  const types = nals.map(nalType);
  return asked && !(types.includes(7) && types.includes(8))
    ? "a keyframe without its SPS and PPS"
    : undefined;
}

/** A picture like a desktop's: grey, lines as of text, and a block that moves. BGRX. */
function drawing(index: number): Uint8Array {
  const { width, height } = SIZE;
  const pixels = new Uint32Array(width * height).fill(0x00d0d0d0);
  for (let row = 40; row < height - 40; row += 12) {
    pixels.fill(0x00303030, row * width + 60, row * width + 60 + (row * 7919) % (width - 200));
  }
  for (let row = 300; row < 400; row++) {
    const left = row * width + index * 16;
    pixels.fill(0x00c06020, left, left + 200);
  }
  return new Uint8Array(pixels.buffer);
}

/** FFmpeg's decoder in software. */
class Decoder implements Disposable {
  private constructor(
    private readonly ffmpeg: Ffmpeg,
    private readonly context: AvCodecContext,
    private readonly packet: AvPacket,
    private readonly frame: AvFrame,
  ) {}

  static async open(ffmpeg: Ffmpeg): Promise<Decoder> {
    const codec = ffmpeg.Codec.findDecoderByName("h264")!;
    const context = new ffmpeg.CodecContext();
    context.allocContext3(codec);
    // More threads would hold pictures back.
    context.threadCount = 1;
    const packet = new ffmpeg.Packet();
    packet.alloc();
    const frame = new ffmpeg.Frame();
    frame.alloc();
    const decoder = new Decoder(ffmpeg, context, packet, frame);
    checked(ffmpeg, await context.open2(codec, null), "open the decoder");
    return decoder;
  }

  /** The mean square of what differs between the decoded picture and `brightness` (the plane that went in). */
  async error({ nals }: EncodedPicture, brightness: Uint8Array): Promise<number> {
    this.packet.data = Buffer.from(joinNals(nals).buffer);
    checked(this.ffmpeg, await this.context.sendPacket(this.packet), "decode what the encoder gave");
    this.packet.unref();
    // A decoder that waits for more says so: the pictures would come late at a viewer too.
    checked(this.ffmpeg, await this.context.receiveFrame(this.frame), "get a picture at once");
    const { width, height } = SIZE;
    const plane = this.frame.toBuffer();
    this.frame.unref();
    let sum = 0;
    for (let at = 0; at < width * height; at++) sum += (plane[at]! - brightness[at]!) ** 2;
    return sum / (width * height);
  }

  [Symbol.dispose](): void {
    this.context.freeContext();
    this.packet.free();
    this.frame.free();
  }
}
