/** Each frame of a video as it shows, with what the browser knows of its way. */

export interface ShownFrame {
  /** Its RTP timestamp. */
  readonly rtp: number;
  /** When its last packet was here, and when it shows; `performance.now()`. */
  readonly received: number;
  readonly shown: number;
}

/** The metadata of a frame from a peer; the web's types lack some of it. */
interface Metadata {
  readonly expectedDisplayTime: number;
  readonly receiveTime?: number;
  readonly rtpTimestamp?: number;
}

/** Calls `frame` for each frame that shows, until `signal` is aborted. */
export function watchFrames(
  video: HTMLVideoElement,
  frame: (shown: ShownFrame) => void,
  signal: AbortSignal,
): void {
  const next = (now: number, metadata: Metadata) => {
    if (signal.aborted) return;
    const { expectedDisplayTime, receiveTime = now, rtpTimestamp = 0 } = metadata;
    frame({ rtp: rtpTimestamp >>> 0, received: receiveTime, shown: Math.max(now, expectedDisplayTime) });
    video.requestVideoFrameCallback(next);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(next);
}
