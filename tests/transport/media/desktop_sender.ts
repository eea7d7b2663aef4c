/** A host's media for tests: encoders of a file, the track manager, and the one timer that drives both. */

import type { Layer } from "../../../transport/media/layers.ts";
import { ALL_RULES, type RateRules } from "../../../transport/media/rate_control.ts";
import { TrackManager } from "../../../transport/media/track_manager.ts";
import { TestEncoder } from "./test_encoder.ts";

/** ms since 1970, of a clock that never steps back. */
export const now = () => performance.timeOrigin + performance.now();

export class DesktopSender implements Disposable {
  readonly tracks: TrackManager;
  /** When each layer was asked for a keyframe; ms since 1970. */
  readonly asked: { readonly layer: Layer; readonly at: number }[] = [];
  /** Capture times (ms since 1970) by RTP timestamp. */
  readonly captured = new Map<number, number>();
  /** What happens on the screen: `typing` is two small pictures a second. */
  screen: "moving" | "still" | "typing" = "moving";
  readonly #encoders: Readonly<Record<Layer, TestEncoder>>;
  readonly #active = new Set<Layer>();
  readonly #pictures: ReturnType<typeof setInterval>;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    encoders: Readonly<Record<Layer, TestEncoder>>,
    fps: number,
    maxBitrate: number,
    rules: RateRules,
  ) {
    this.#encoders = encoders;
    this.tracks = new TrackManager({ random: Math.random, now, maxBitrate, rules });
    this.tracks.onkeyframe = (layer) => {
      this.asked.push({ layer, at: now() });
      encoders[layer].keyframe();
    };
    this.tracks.onlayers = (wanted) => {
      for (const layer of ["main", "small"] as const) {
        if (wanted[layer] === 0) this.#active.delete(layer);
        else {
          if (!this.#active.has(layer)) encoders[layer].keyframe();
          this.#active.add(layer);
          encoders[layer].bitrate = wanted[layer];
        }
      }
    };
    this.#pictures = setInterval(() => this.#encode(), 1000 / fps);
  }

  static async create({ fps = 30, maxBitrate = 4_000_000, rules = ALL_RULES } = {}): Promise<DesktopSender> {
    const main = await TestEncoder.create(fps, maxBitrate);
    const small = await TestEncoder.create(fps, maxBitrate, { width: 320, height: 180 });
    return new DesktopSender({ main, small }, fps, maxBitrate, rules);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pictures);
    clearTimeout(this.#timer);
  }

  #encode(): void {
    this.#count++;
    if (this.screen === "still" || this.screen === "typing" && this.#count % 15 !== 0) return;
    const at = now();
    for (const layer of this.#active) {
      const picture = this.#encoders[layer].encode(at * 90, this.screen === "typing");
      this.captured.set(this.tracks.rtpTime(picture.time), at);
      this.tracks.picture(layer, picture);
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const due = this.tracks.due();
    if (due === Infinity) return;
    this.#timer = setTimeout(() => {
      this.tracks.tick();
      this.#arm();
    }, Math.max(0, due - now()));
  }
}
