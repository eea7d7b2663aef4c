/** A viewer of media in Chromium: a page with one `RTCPeerConnection` and one `<video>`, and what it saw. */

import type { Browser, Page } from "playwright-core";
import type { MediaSignals } from "../../../transport/media/media_connection.ts";

/** One picture that was presented. */
export interface Shown {
  /** Its RTP timestamp. */
  readonly rtp: number;
  /** When the browser's compositor got it; ms since 1970. */
  readonly at: number;
  readonly width: number;
}

interface Globals {
  signal(message: unknown): void;
  takeSignal(message: { answer?: string; candidate?: string; mid?: string }): Promise<void>;
  shown: Shown[];
  connection: RTCPeerConnection;
}

export class MediaPage implements AsyncDisposable {
  /** The viewer's end of a media stream. */
  readonly signals: MediaSignals;
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    this.signals = {
      onmessage: null,
      // A page that is gone takes no message.
      send: (message) => void page.evaluate(takeInPage, message).catch(() => {}),
    };
  }

  static async open(browser: Browser): Promise<MediaPage> {
    const page = await (await browser.newContext()).newPage();
    const media = new MediaPage(page);
    await page.exposeFunction("signal", (message: unknown) => media.signals.onmessage?.(message));
    return media;
  }

  /** Makes the offer. The connection must be there to receive it. */
  async offer(): Promise<void> {
    await this.#page.evaluate(offerInPage);
  }

  /** The pictures shown since the last call. */
  async shown(): Promise<Shown[]> {
    return await this.#page.evaluate(() => (globalThis as unknown as Globals).shown.splice(0));
  }

  /** The statistics of the video that the browser keeps. */
  async videoStats(): Promise<Record<string, number>> {
    return await this.#page.evaluate(async () => {
      const report = await (globalThis as unknown as Globals).connection.getStats();
      for (const value of report.values()) {
        if (value.type === "inbound-rtp" && value.kind === "video") return value;
      }
    });
  }

  /** `connected`, `closed` … as the page's connection says. */
  async state(): Promise<string> {
    return await this.#page.evaluate(() => (globalThis as unknown as Globals).connection.connectionState);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.context().close();
  }
}

/** Runs in the page. */
async function takeInPage(message: { answer?: string; candidate?: string; mid?: string }): Promise<void> {
  await (globalThis as unknown as Globals).takeSignal(message);
}

/** Runs in the page. */
async function offerInPage(): Promise<void> {
  const page = globalThis as unknown as Globals;
  const connection = page.connection = new RTCPeerConnection();
  page.shown = [];
  const video = document.createElement("video");
  video.muted = video.autoplay = true;
  document.body.append(video);
  const look = (now: number, { rtpTimestamp, width }: VideoFrameCallbackMetadata) => {
    page.shown.push({ rtp: rtpTimestamp!, at: performance.timeOrigin + now, width });
    video.requestVideoFrameCallback(look);
  };
  connection.ontrack = ({ track, receiver }) => {
    if (track.kind !== "video") return;
    receiver.jitterBufferTarget = 0;
    video.srcObject = new MediaStream([track]);
    video.requestVideoFrameCallback(look);
  };
  connection.onicecandidate = ({ candidate }) =>
    page.signal({ candidate: candidate?.candidate ?? "", mid: candidate?.sdpMid ?? "0" });
  page.takeSignal = async ({ answer, candidate, mid }) => {
    if (answer !== undefined) await connection.setRemoteDescription({ type: "answer", sdp: answer });
    else if (candidate) await connection.addIceCandidate({ candidate, sdpMid: mid ?? "0" });
  };
  connection.addTransceiver("video", { direction: "recvonly" });
  connection.addTransceiver("audio", { direction: "recvonly" });
  await connection.setLocalDescription();
  page.signal({ offer: connection.localDescription!.sdp, policy: "all" });
}
