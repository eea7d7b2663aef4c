/** How pictures of a desktop come about: read from the screen, encoded once for all, sent to who wants them, with the one timer for that. */
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import type { DesktopChange } from "../../../session/services/desktop/viewer_messages.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { TrackManager } from "../../../transport/media/track_manager.ts";
import { JpegEncoder } from "../codec/jpeg_encoder.ts";
import { type EncodedPicture, VIDEO_CLOCK } from "../codec/h264_encoder.ts";
import type { Ffmpeg } from "../codec/node_av.ts";
import type { Preset } from "../codec/video_settings.ts";
import type { Capture } from "../x11/capture.ts";
import type { Rectangle } from "../x11/types.ts";
import { DesktopNumbers, viewerNumbers } from "./desktop_numbers.ts";
import type { DesktopViewers } from "./desktop_viewers.ts";
import { type ScreenPicture, ScreenSource } from "./screen_source.ts";
import { VideoFeed } from "./video_feed.ts";

/** How often viewers are told the numbers of pictures, and which time an RTP timestamp is; ms. */
const NUMBERS = 1000;

export interface DesktopPicturesOptions {
  readonly capture: Capture;
  readonly ffmpeg: Ffmpeg;
  readonly encoder: string;
  /** The most, whatever viewers set: pictures a second, and bits a second for one viewer. */
  readonly fps: number;
  readonly bitrate: number;
  readonly preset: Preset;
  readonly viewers: DesktopViewers;
  /** Gets what was encoded for viewers. */
  readonly recorded: ((picture: EncodedPicture) => void) | undefined;
  /** What is shared has another size or place. */
  readonly moved: (area: Rectangle) => void;
}

/** The pictures of one desktop. */
export class DesktopPictures implements Disposable {
  readonly tracks: TrackManager;
  readonly jpeg: JpegEncoder;
  readonly #stack = new DisposableStack();
  readonly #source: ScreenSource;
  readonly #video: VideoFeed;
  readonly #numbers = new DesktopNumbers(hostTime());
  #area: Rectangle;
  #toldAt = 0;
  #stopTimer: (() => void) | undefined;

  constructor(private readonly options: DesktopPicturesOptions) {
    const { capture, ffmpeg, encoder, fps, bitrate, preset } = options;
    this.#area = capture.area;
    this.tracks = new TrackManager({ random: Math.random, now: hostTime, maxBitrate: bitrate });
    this.jpeg = this.#stack.use(new JpegEncoder(ffmpeg));
    this.#source = new ScreenSource({
      next: (signal) => capture.next(signal),
      grab: (rectangles, frame) => capture.grab(rectangles, frame),
      picture: (picture) => this.#picture(picture),
      clock: { ...SYSTEM_CLOCK, now: hostTime },
    }, fps);
    const own = { tracks: this.tracks, now: hostTime, wake: () => this.wake() };
    const feed = { ffmpeg, encoder, recorded: options.recorded, ...own };
    this.#video = this.#stack.use(new VideoFeed(feed, { fps, preset }));
  }

  /** How pictures are made now. */
  get settings(): { readonly fps: number; readonly preset: Preset; readonly bitrate: number } {
    return { ...this.#video.choice, bitrate: this.tracks.maxBitrate };
  }

  /** Runs until `signal`, whose reason it throws, or the display is lost. */
  run(signal: AbortSignal): Promise<never> {
    return this.#source.run(signal);
  }

  /** Somebody needs the present picture once more. */
  wake(): void {
    this.#source.wake();
  }

  /** Somebody watches, or nobody does any more. */
  watchChanged(): void {
    const { watch } = this.options.viewers;
    this.#source.watch(watch);
    if (watch) this.#arm();
  }

  /** Makes them in another way: never more than the host's person allowed at the start. */
  set(change: DesktopChange): void {
    const before = this.settings;
    const fps = Math.min(change.fps ?? before.fps, this.options.fps);
    const { preset = before.preset, bitrate = before.bitrate } = change;
    this.tracks.maxBitrate = Math.min(bitrate, this.options.bitrate);
    this.#source.fps = fps;
    if (fps !== before.fps || preset !== before.preset) this.#video.choice = { fps, preset };
    this.wake();
  }

  /** Which time (ms since 1970) the timestamps of RTP mean. */
  clock(now = hostTime()): HostSays {
    return { is: "clock", value: { rtp: this.tracks.rtpTime(now * VIDEO_CLOCK / 1000), at: now } };
  }

  [Symbol.dispose](): void {
    this.#stopTimer?.();
    this.#stack[Symbol.dispose]();
  }

  async #picture(picture: ScreenPicture): Promise<boolean> {
    if (!same(picture.area, this.#area)) this.options.moved(this.#area = picture.area);
    const rough = await this.#video.picture(picture);
    // Packets of a large picture go one after the other.
    this.#arm();
    const before = hostTime();
    await this.options.viewers.picture(picture);
    const { captureMs, changed } = picture;
    const times = { captureMs, encodeMs: this.#video.encodeMs, tilesMs: hostTime() - before };
    this.#numbers.picture(changed.length > 0 ? times : undefined);
    return rough;
  }

  /** What is due while somebody watches. */
  #work(): void {
    const now = hostTime();
    this.tracks.tick();
    if (now - this.#toldAt >= NUMBERS) this.#tell(now);
    this.#stopTimer = undefined;
    if (this.options.viewers.watch) this.#arm();
  }

  /** The timer rings when something is due. */
  #arm(): void {
    const due = Math.min(this.tracks.due(), this.#toldAt + NUMBERS);
    this.#stopTimer?.();
    this.#stopTimer = SYSTEM_CLOCK.after(Math.max(0, due - hostTime()), () => this.#work());
  }

  #tell(now: number): void {
    this.#toldAt = now;
    const made = this.#numbers.read(now);
    this.options.viewers.sayEach(({ watches, wants, member: { peer } }) => {
      const video = wants === "video" ? this.tracks.numbers(peer) : undefined;
      return watches ? { is: "numbers", value: viewerNumbers(made, video) } : undefined;
    });
    this.options.viewers.say(this.clock(now));
  }
}

/** ms since 1970, of a clock that never steps back. */
export function hostTime(): number {
  return performance.timeOrigin + performance.now();
}

function same(one: Rectangle, other: Rectangle): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}
