/** One encoder for all viewers (and a smaller one for those who fall behind): pictures of the screen become H.264, which goes to every viewer's track. */
import type { ScreenPicture } from "./screen_source.ts";
import type { EncodedPicture } from "../codec/h264_encoder.ts";
import { H264Encoder, VIDEO_CLOCK } from "../codec/h264_encoder.ts";
import type { Ffmpeg } from "../codec/node_av.ts";
import { evenSize, type Picture, type Rows, type Size } from "../codec/picture.ts";
import type { Rectangle } from "../x11/types.ts";
import { Scaler } from "../codec/scaler.ts";
import type { Preset } from "../codec/video_settings.ts";
import type { Layer, LayersWanted } from "../../../transport/media/layers.ts";
import type { TrackManager } from "../../../transport/media/track_manager.ts";

/** Sides of the smaller pictures, as a part of the large ones': a quarter of the pixels. */
const SMALL = 0.5;
/** Larger pictures cost a core more than their viewers see of them; pixels a side. */
const MOST: Size = { width: 3840, height: 2160 };

/** From this quantiser on a picture is not sharp: x264's own aim for the preset `balanced` is 23, at which letters of 6 pixels can be read. */
const ROUGH = 25;

/** What a person may change while it runs. */
export interface VideoChoice {
  readonly fps: number;
  readonly preset: Preset;
}

interface OpenLayer {
  readonly from: Size;
  readonly choice: VideoChoice;
  readonly scaler: Scaler;
  readonly encoder: H264Encoder;
  picture: Picture | undefined;
}

export interface VideoFeedOptions {
  readonly ffmpeg: Ffmpeg;
  /** The name of the encoder that was found by trying. */
  readonly encoder: string;
  readonly tracks: Pick<TrackManager, "picture" | "onkeyframe" | "onlayers">;
  /** ms since 1970 of a clock that never steps back. */
  readonly now: () => number;
  /** Asks for the present picture once more. */
  readonly wake: () => void;
  /** Gets what was encoded of the large layer. */
  readonly recorded: ((picture: EncodedPicture) => void) | undefined;
}

/** The video of one desktop. */
export class VideoFeed implements Disposable {
  choice: VideoChoice;
  readonly #layers: { [L in Layer]?: OpenLayer } = {};
  readonly #keyframes = new Set<Layer>();
  #wanted: LayersWanted = { main: 0, small: 0 };
  /** The last picture's encoding time, ms; 0 if nobody wanted it. */
  encodeMs = 0;

  constructor(private readonly options: VideoFeedOptions, choice: VideoChoice) {
    this.choice = choice;
    const { tracks } = options;
    tracks.onkeyframe = (layer) => {
      this.#keyframes.add(layer);
      options.wake();
    };
    tracks.onlayers = (wanted) => {
      this.#wanted = wanted;
      for (const layer of ["main", "small"] as const) {
        if (wanted[layer] === 0) this.#close(layer);
        else this.#layers[layer]?.encoder.setBitrate(wanted[layer]);
      }
      if (wanted.main + wanted.small > 0) options.wake();
    };
  }

  /**
   * Encodes a picture for who wants it, and sends it; settles when its pixels are not needed any more. True: the same picture would come
   * out sharper the next time.
   */
  async picture(picture: ScreenPicture): Promise<boolean> {
    const began = this.options.now();
    let rough = false;
    for (const layer of ["main", "small"] as const) {
      if (this.#wanted[layer] > 0 && await this.#encode(layer, picture)) rough = true;
    }
    this.encodeMs = this.options.now() - began;
    return rough;
  }

  async #encode(layer: Layer, { pixels, area, changed, at }: ScreenPicture): Promise<boolean> {
    const { tracks, recorded } = this.options;
    const open = await this.#open(layer, area);
    // In each wait the last viewer of this layer may leave.
    if (!open || this.#layers[layer] !== open) return false;
    if (open.picture === undefined || changed.length > 0) {
      open.picture = await open.scaler.scale(pixels, open.picture && { rows: rowsOf(changed) });
      if (this.#layers[layer] !== open) return false;
    }
    const keyframe = this.#keyframes.delete(layer);
    const encoded = await open.encoder.encode(open.picture, {
      time: Math.round(at * VIDEO_CLOCK / 1000),
      keyframe,
    });
    tracks.picture(layer, encoded);
    if (layer === "main") recorded?.(encoded);
    return encoded.keyframe || (encoded.quantiser ?? 0) >= ROUGH;
  }

  /** Undefined if nobody wants it any more. */
  async #open(layer: Layer, { width, height }: Size): Promise<OpenLayer | undefined> {
    const there = this.#layers[layer];
    if (there && there.from.width === width && there.from.height === height && there.choice === this.choice) {
      return there;
    }
    this.#close(layer);
    const { ffmpeg, encoder } = this.options;
    const part = layer === "small" ? SMALL : 1;
    const size = evenSize({ width, height }, {
      width: Math.min(MOST.width, width * part),
      height: Math.min(MOST.height, height * part),
    });
    const { choice } = this;
    const opening = await H264Encoder.open(ffmpeg, {
      encoder,
      ...size,
      ...choice,
      bitrate: this.#wanted[layer],
    });
    // The rate may be another one by now, or nobody there.
    if (this.#wanted[layer] === 0) {
      opening[Symbol.dispose]();
      return undefined;
    }
    opening.setBitrate(this.#wanted[layer]);
    const scaler = new Scaler(ffmpeg, { width, height }, size);
    return this.#layers[layer] = {
      from: { width, height },
      choice,
      encoder: opening,
      scaler,
      picture: undefined,
    };
  }

  #close(layer: Layer): void {
    const open = this.#layers[layer];
    delete this.#layers[layer];
    open?.encoder[Symbol.dispose]();
    open?.scaler[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#wanted = { main: 0, small: 0 };
    for (const layer of ["main", "small"] as const) this.#close(layer);
  }
}

/** The rows that these rectangles have parts of. */
function rowsOf(changed: readonly Rectangle[]): Rows {
  return {
    from: Math.min(...changed.map(({ y }) => y)),
    to: Math.max(...changed.map(({ y, height }) => y + height)),
  };
}
