/** What is sent of a desktop, also into a file: as long as that works. */
import type { EncodedPicture } from "../codec/h264_encoder.ts";
import type { Ffmpeg } from "../codec/node_av.ts";
import { OpusEncoder } from "../codec/opus_encoder.ts";
import { evenSize, type Size } from "../codec/picture.ts";
import { Recorder } from "../codec/recorder.ts";

/** The rate of an encoder that is opened for its header alone; bits a second. */
const ANY_RATE = 64_000;

/** A recording that ends itself at the first fault. */
export class DesktopRecording implements AsyncDisposable {
  #recorder: Recorder | undefined;

  private constructor(recorder: Recorder, private readonly fault: (words: string) => void) {
    this.#recorder = recorder;
  }

  /**
   * Makes the file. Throws {@link Failure} if it is there, or can't be written.
   * @param sound whether there will be any
   * @param fault is told once why it ended early
   */
  static async open(
    ffmpeg: Ffmpeg,
    path: string,
    size: Size,
    sound: boolean,
    fault: (words: string) => void,
  ): Promise<DesktopRecording> {
    const header = sound ? await opusHeader(ffmpeg) : undefined;
    const recorder = await Recorder.open(ffmpeg, path, {
      ...evenSize(size),
      ...(header && { sound: header }),
    });
    return new DesktopRecording(recorder, fault);
  }

  /** A picture that was sent. */
  picture(picture: EncodedPicture): void {
    void this.#recorder?.addPicture(picture).catch((error: Error) => this.#fail(error));
  }

  /** A packet of sound that was sent; `time` in samples since 1970. */
  sound(packet: Uint8Array, time: number): void {
    void this.#recorder?.addSound(packet, time).catch((error: Error) => this.#fail(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    await recorder?.[Symbol.asyncDispose]();
  }

  #fail(error: Error): void {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = undefined;
    this.fault(`The desktop's recording ended early: ${error.message}`);
    void recorder[Symbol.asyncDispose]().catch(() => {});
  }
}

async function opusHeader(ffmpeg: Ffmpeg): Promise<Uint8Array> {
  using encoder = await OpusEncoder.open(ffmpeg, { bitrate: ANY_RATE });
  return encoder.header.slice();
}
