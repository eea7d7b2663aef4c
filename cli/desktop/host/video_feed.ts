/** One encoder for all viewers (and a smaller one for those who fall behind): pictures of the screen become H.264, which goes to every viewer's track. */
import type { ScreenPicture } from "./screen_source.ts";
import type { EncodedPicture } from "../codec/h264_encoder.ts";
import { H264Encoder, VIDEO_CLOCK } from "../codec/h264_encoder.ts";
import type { Ffmpeg } from "../codec/node_av.ts";
import { evenSize, type Picture, type Size } from "../codec/picture.ts";
import { Scaler } from "../codec/scaler.ts";
import type { Preset } from "../codec/video_settings.ts";
import type { Layer, LayersWanted } from "../../../transport/media/layers.ts";
import type { TrackManager } from "../../../transport/media/track_manager.ts";

/** Sides of the smaller pictures, as a part of the large ones': a quarter of the pixels. */
const SMALL = 0.5;
/** Larger pictures cost a core more than their viewers see of them; pixels a side. */
const MOST: Size = { width: 3840, height: 2160 };

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
  /** The last picture's encoding time, ms. */
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

  /** Whether any viewer wants video. */
  get wanted(): boolean {
    return this.#wanted.main + this.#wanted.small > 0;
  }

  /** Encodes a picture for who wants it, and sends it; settles when its pixels are not needed any more. */
  async picture(picture: ScreenPicture): Promise<void> {
    const began = this.options.now();
    for (const layer of ["main", "small"] as const) {
      if (this.#wanted[layer] > 0) await this.#encode(layer, picture);
    }
    if (this.wanted) this.encodeMs = this.options.now() - began;
  }

  async #encode(layer: Layer, { pixels, area, changed, at }: ScreenPicture): Promise<void> {
    const { tracks, recorded } = this.options;
    const open = await this.#open(layer, area);
    // Another layer's pictures, or none, were wanted meanwhile.
    if (this.#layers[layer] !== open) return;
    if (open.picture === undefined) open.picture = await open.scaler.scale(pixels);
    else if (changed.length > 0) {
      const rows = {
        from: Math.min(...changed.map(({ y }) => y)),
        to: Math.max(...changed.map(({ y, height }) => y + height)),
      };
      open.picture = await open.scaler.scale(pixels, { rows });
    }
    const keyframe = this.#keyframes.delete(layer);
    const encoded = await open.encoder.encode(open.picture, {
      time: Math.round(at * VIDEO_CLOCK / 1000),
      keyframe,
    });
    tracks.picture(layer, encoded);
    if (layer === "main") recorded?.(encoded);
  }

  async #open(layer: Layer, { width, height }: Size): Promise<OpenLayer> {
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
    const settings = { encoder, ...size, ...this.choice, bitrate: this.#wanted[layer] };
    const opened = {
      from: { width, height },
      choice: this.choice,
      encoder: await H264Encoder.open(ffmpeg, settings),
      scaler: new Scaler(ffmpeg, { width, height }, size),
      picture: undefined,
    };
    this.#layers[layer] = opened;
    return opened;
  }

  #close(layer: Layer): void {
    const open = this.#layers[layer];
    delete this.#layers[layer];
    open?.encoder[Symbol.dispose]();
    open?.scaler[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const layer of ["main", "small"] as const) this.#close(layer);
  }
}
