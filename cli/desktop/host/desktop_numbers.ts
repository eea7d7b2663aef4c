/** What viewers are told of how their pictures are made: medians of the last second that had any. */
import type { HostNumbers } from "../../../session/services/desktop/show_messages.ts";
import type { ViewerNumbers } from "../../../transport/media/media_viewer.ts";

/** Samples of one second at most: of more pictures than are ever made. */
const MAX_SAMPLES = 128;

/** What one picture took, ms: to read it from the screen, to encode it as video, and then as tiles for those who get pictures over data. */
export interface PictureTimes {
  readonly captureMs: number;
  readonly encodeMs: number;
  readonly tilesMs: number;
}

/** Collects the times of pictures. */
export class DesktopNumbers {
  #samples: PictureTimes[] = [];
  /** Of the last second that had pictures: the next one takes about as long. */
  #medians: PictureTimes = { captureMs: 0, encodeMs: 0, tilesMs: 0 };
  #pictures = 0;
  #since: number;

  /** @param now the clock's ms */
  constructor(now: number) {
    this.#since = now;
  }

  /** A picture was made; undefined: the one before once more, which takes next to nothing and says nothing of the next. */
  picture(times: PictureTimes | undefined): void {
    this.#pictures++;
    if (times && this.#samples.length < MAX_SAMPLES) this.#samples.push(times);
  }

  /** The numbers since the last call, without those of a viewer. */
  read(now: number): PictureTimes & { readonly fps: number } {
    const seconds = Math.max(0.001, (now - this.#since) / 1000);
    const fps = Math.round(this.#pictures / seconds * 10) / 10;
    const of = (name: keyof PictureTimes) => median(this.#samples.map((times) => times[name]));
    if (this.#samples.length > 0) {
      this.#medians = { captureMs: of("captureMs"), encodeMs: of("encodeMs"), tilesMs: of("tilesMs") };
    }
    [this.#samples, this.#pictures, this.#since] = [[], 0, now];
    return { fps, ...this.#medians };
  }
}

/** What one viewer is told. `video`: undefined where it gets pictures over data, which are made after the video of the others. */
export function viewerNumbers(
  { fps, captureMs, encodeMs, tilesMs }: ReturnType<DesktopNumbers["read"]>,
  video: Pick<ViewerNumbers, "sentBitrate" | "queueMs" | "lost" | "rttMs"> | undefined,
): HostNumbers {
  if (!video) {
    return { fps, captureMs, encodeMs: encodeMs + tilesMs, bitrate: 0, queueMs: 0, lost: 0, rttMs: 0 };
  }
  const { sentBitrate, queueMs, lost, rttMs = 0 } = video;
  return { fps, captureMs, encodeMs, bitrate: Math.round(sentBitrate), queueMs, lost, rttMs };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[sorted.length >> 1]! * 10) / 10;
}
