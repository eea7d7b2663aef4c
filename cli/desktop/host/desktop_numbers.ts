/** What viewers are told of how their pictures are made: medians of a second. */
import type { HostNumbers } from "../../../session/services/desktop/show_messages.ts";
import type { ViewerNumbers } from "../../../transport/media/media_viewer.ts";

/** Samples of one second at most: of more pictures than are ever made. */
const MAX_SAMPLES = 128;

/** Collects the times of pictures. */
export class DesktopNumbers {
  #capture: number[] = [];
  #encode: number[] = [];
  #pictures = 0;
  #since: number;

  /** @param now the clock's ms */
  constructor(now: number) {
    this.#since = now;
  }

  /** A picture was made: how long reading it from the screen took, and encoding it; ms. */
  picture(captureMs: number, encodeMs: number): void {
    this.#pictures++;
    if (this.#capture.length >= MAX_SAMPLES) return;
    this.#capture.push(captureMs);
    this.#encode.push(encodeMs);
  }

  /** The numbers since the last call, without those of a viewer. */
  read(now: number): Pick<HostNumbers, "fps" | "captureMs" | "encodeMs"> {
    const seconds = Math.max(0.001, (now - this.#since) / 1000);
    const numbers = {
      fps: Math.round(this.#pictures / seconds * 10) / 10,
      captureMs: median(this.#capture),
      encodeMs: median(this.#encode),
    };
    [this.#capture, this.#encode, this.#pictures, this.#since] = [[], [], 0, now];
    return numbers;
  }
}

/** What one viewer is told. `video`: undefined where it gets none. */
export function viewerNumbers(
  made: ReturnType<DesktopNumbers["read"]>,
  video: Pick<ViewerNumbers, "sentBitrate" | "queueMs" | "lost" | "rttMs"> | undefined,
): HostNumbers {
  const { sentBitrate = 0, queueMs = 0, lost = 0, rttMs = 0 } = video ?? {};
  return { ...made, bitrate: Math.round(sentBitrate), queueMs, lost, rttMs: rttMs ?? 0 };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[sorted.length >> 1] ?? 0) * 10) / 10;
}
