/** How the pictures of a desktop come: video while that does well, pictures over data else; and the connections that takes. */
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import { DesktopClient } from "../../../session/services/desktop/desktop_client.ts";
import { type Chosen, PathChoice, type WantedWay } from "../../../session/services/desktop/path_choice.ts";
import { type AgeLegs, ageOf } from "../../../session/services/desktop/picture_age.ts";
import { MediaPath } from "./media_path.ts";
import { type ShownFrame, watchFrames } from "./video_frames.ts";

/** The first wait before a person who wants video alone gets another connection, and the longest; ms. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

export interface VideoWayEvents {
  /** Whether there may be connections at all. */
  readonly webrtc: boolean;
  frame(frame: ShownFrame): void;
  sound(track: MediaStreamTrack): void;
  /** {@link VideoWay.chosen} changed. */
  chosen(chosen: Chosen): void;
}

/** The way of one desktop's pictures. */
export class VideoWay {
  readonly #choice = new PathChoice(performance.now());
  #path: MediaPath | undefined;
  /** The connection is up: what the host sends should show. */
  #up = false;
  #frames: AbortController | undefined;
  #host: Chosen | undefined;
  #said = "";
  #begun = false;
  #visible = true;
  #wait = FIRST_WAIT;
  #again = -Infinity;
  #shownAt = performance.now();

  constructor(
    private readonly client: DesktopClient,
    private readonly ice: () => RtcOptions,
    private readonly video: HTMLVideoElement,
    private readonly events: VideoWayEvents,
  ) {
    const without = !events.webrtc
      ? "WebRTC is switched off"
      : typeof RTCPeerConnection === "undefined"
      ? "this browser has no WebRTC"
      : undefined;
    if (without) this.#choice.impossible(without, performance.now());
  }

  /** How they come now, and why: what the host says, unless we want pictures. */
  get chosen(): Chosen {
    const ours = this.#choice.chosen;
    return ours.how === "video" && this.#host?.how === "pictures" ? this.#host : ours;
  }

  /** What the host is to be asked for. */
  get asked(): { readonly how: WantedWay; readonly why: string } {
    const { how, why } = this.#choice.chosen;
    return { how: how === "video" ? this.#choice.wanted : how, why };
  }

  /** The connection for video, if there is one. */
  get peer(): RTCPeerConnection | undefined {
    return this.#path?.peer;
  }

  want(how: WantedWay): void {
    this.#choice.want(how, performance.now());
    this.#wait = FIRST_WAIT;
    this.#again = -Infinity;
    this.#follow();
  }

  /** The host is there: connections may be made. */
  begin(): void {
    this.#begun = true;
    this.#host = undefined;
    this.#again = -Infinity;
    this.#follow();
  }

  /** The host is gone, and its connections with it. */
  stop(): void {
    this.#begun = false;
    this.client.wantPictures(false);
    this.#drop();
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.#shownAt = performance.now();
  }

  /** The host says how it sends them. */
  told(chosen: Chosen): void {
    this.#host = chosen;
    this.#shownAt = performance.now();
    this.#follow();
  }

  /** The host says how many it sent in the last second. */
  sends(fps: number): void {
    const now = performance.now();
    if (fps < 1 || !this.#visible || this.chosen.how !== "video" || !this.#up) return;
    this.#choice.silent(now - this.#shownAt, now);
    this.#follow();
  }

  /** A picture showed, and was so old; `rtt`: the round trip to the host, ms. */
  aged(legs: AgeLegs | undefined, rtt: number): void {
    const now = performance.now();
    this.#shownAt = now;
    // Pictures over data that go on while video is tried say nothing of video.
    if (!legs || this.chosen.how !== this.#choice.chosen.how) return;
    this.#choice.aged(ageOf(legs), rtt, now);
    this.#follow();
  }

  /** Does what is due. */
  poll(): void {
    this.#choice.poll(performance.now());
    this.#follow();
  }

  #follow(): void {
    const said = JSON.stringify([this.chosen, this.asked]);
    if (said !== this.#said) {
      this.#said = said;
      this.events.chosen(this.chosen);
    }
    if (!this.#begun) return;
    this.client.wantPictures(this.chosen.how === "pictures");
    const now = performance.now();
    if (this.#choice.chosen.how === "video" && !this.#path && now >= this.#again) this.#connect();
  }

  #connect(): void {
    // A person who wants video alone gets more tries, with time between them; else the choice has its own.
    this.#again = performance.now() + this.#wait;
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    try {
      this.#path = new MediaPath(this.client, this.ice(), {
        up: () => {
          this.#up = true;
          this.#wait = FIRST_WAIT;
          this.#shownAt = performance.now();
          this.#choice.mediaUp(performance.now());
        },
        down: (why) => this.#down(why),
        video: (track) => this.#show(track),
        sound: (track) => this.events.sound(track),
      });
    } catch (error) {
      this.#down((error as Error).message);
    }
  }

  #show(track: MediaStreamTrack): void {
    this.#frames?.abort();
    this.#frames = new AbortController();
    this.video.srcObject = new MediaStream([track]);
    // Muted video may always play; a page that is hidden plays when it is seen.
    this.video.play().catch(() => {});
    watchFrames(this.video, (frame) => this.events.frame(frame), this.#frames.signal);
  }

  #down(why: string): void {
    this.#drop();
    this.#choice.mediaDown(why, performance.now());
    this.#follow();
  }

  #drop(): void {
    this.#up = false;
    this.#frames?.abort();
    this.#path?.close();
    this.#path = undefined;
  }
}
