/** A host with an encoder that follows its bitrate exactly, and viewers behind links, in simulated time. */

import type { Layer, LayersWanted } from "../../../transport/media/layers.ts";
import { ALL_RULES, type RateRules } from "../../../transport/media/rate_control.ts";
import { TrackManager } from "../../../transport/media/track_manager.ts";
import { CLEAR_LINK, type LinkShape, seededRandom } from "../../net/link.ts";
import { SimulatedViewer } from "./simulated_viewer.ts";

const FPS = 30;
/** A keyframe has so many times the bytes of another picture. */
const KEYFRAME = 4;
const LAYERS: readonly Layer[] = ["main", "small"];

export class MediaWorld {
  /** ms; begins at a second that has nothing round. */
  now = 1_234_567;
  readonly tracks: TrackManager;
  /** What the owner was asked for, in order. */
  readonly wanted: { readonly at: number; readonly wanted: LayersWanted }[] = [];
  readonly keyframes: { readonly at: number; readonly layer: Layer }[] = [];
  /** Nothing changes on the screen. */
  still = false;
  /** What the screen takes at the most, whatever rate there is; bits a second. */
  most: LayersWanted = { main: Infinity, small: Infinity };
  readonly #viewers = new Map<string, SimulatedViewer>();
  readonly #captured = new Map<number, number>();
  readonly #asked = new Set<Layer>(LAYERS);
  #nextPicture = 0;

  constructor(
    { seed = 1, maxBitrate = 8_000_000, rules = ALL_RULES }: {
      seed?: number;
      maxBitrate?: number;
      rules?: RateRules;
    } = {},
  ) {
    this.tracks = new TrackManager({
      random: seededRandom(String(seed)),
      now: () => this.now,
      maxBitrate,
      rules,
    });
    this.tracks.onlayers = (wanted) => {
      const before = this.rates;
      for (const layer of LAYERS) if (before[layer] === 0) this.#asked.add(layer);
      this.wanted.push({ at: this.now, wanted });
    };
    this.tracks.onkeyframe = (layer) => {
      this.#asked.add(layer);
      this.keyframes.push({ at: this.now, layer });
    };
  }

  /** What is wanted now. */
  get rates(): LayersWanted {
    return this.wanted.at(-1)?.wanted ?? { main: 0, small: 0 };
  }

  join(name: string, link: Partial<LinkShape>): SimulatedViewer {
    const viewer = new SimulatedViewer(
      `${name}`,
      { ...CLEAR_LINK, ...link },
      this.tracks.video.ssrc,
      this.#captured,
    );
    viewer.advance(this.now);
    this.#viewers.set(name, viewer);
    this.tracks.add(name, viewer);
    return viewer;
  }

  /** Lets `ms` pass, one by one. */
  run(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now++;
      for (const viewer of this.#viewers.values()) viewer.advance(this.now);
      if (this.now >= this.#nextPicture) {
        this.#nextPicture = this.now + 1000 / FPS;
        if (!this.still) { for (const layer of LAYERS) this.#encode(layer); }
      }
      if (this.now >= this.tracks.due()) this.tracks.tick();
    }
  }

  #encode(layer: Layer): void {
    const bitrate = Math.min(this.rates[layer], this.most[layer]);
    if (bitrate === 0) return;
    const keyframe = this.#asked.delete(layer);
    const size = Math.round(bitrate / 8 / FPS) * (keyframe ? KEYFRAME : 1);
    const slice = new Uint8Array(size).fill(0x55);
    slice[0] = keyframe ? 0x65 : 0x41;
    const sets = [Uint8Array.of(0x67, 1, 2, 3), Uint8Array.of(0x68, 1)];
    const time = this.now * 90;
    this.#captured.set(this.tracks.rtpTime(time), this.now);
    this.tracks.picture(layer, { nals: keyframe ? [...sets, slice] : [slice], keyframe, time });
  }
}

/** The share `p` (0 to 1) of sorted numbers. */
export function percentile(values: readonly number[], p: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * p)] ?? NaN;
}
