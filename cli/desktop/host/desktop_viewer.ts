/** One viewer of a shared desktop at its host: what it is told, how it wants its pictures, its media connection, and its pictures over data. */
import { MAX_MEDIA } from "../../../session/services/desktop/limits.ts";
import type { HostSays, PictureWay } from "../../../session/services/desktop/show_messages.ts";
import type { DesktopChange, ViewerSays, Want } from "../../../session/services/desktop/viewer_messages.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import type { HostedMember } from "../../../session/host/viewer_streams.ts";
import { MediaConnection } from "../../../transport/media/media_connection.ts";
import type { MediaFactory } from "../../../transport/media/media_peer.ts";
import type { TrackManager } from "../../../transport/media/track_manager.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import { mustUse } from "./desktop_users.ts";
import { hearMedia, signalsOf } from "./media_signals.ts";
import { PictureFeed, type TileEncoder } from "./picture_feed.ts";
import type { ScreenPicture } from "./screen_source.ts";
import { ShowStream } from "./show_stream.ts";

export interface DesktopViewerOptions {
  readonly member: HostedMember;
  readonly rtc: MediaFactory | undefined;
  readonly ice: () => RtcOptions;
  readonly tracks: TrackManager;
  readonly jpeg: TileEncoder;
  /** ms since 1970 of a clock that never steps back. */
  readonly now: () => number;
  /** Whether there may be one more media connection. */
  readonly mayCarry: () => boolean;
  /** Asks for the present picture once more. */
  readonly wake: () => void;
  /** What this viewer wants has changed. */
  readonly changed: () => void;
  /** What is said to a viewer first. */
  readonly first: () => readonly HostSays[];
  readonly set: (change: DesktopChange) => void;
  /** Pictures go to it in another way from here on, and why. */
  readonly went: (how: PictureWay, why: string) => void;
}

/** One viewer's desktop. */
export class DesktopViewer {
  #show: ShowStream | undefined;
  #pictures: { readonly feed: PictureFeed; readonly stream: ServiceStream } | undefined;
  #media: { readonly connection: MediaConnection; readonly stream: ServiceStream } | undefined;
  /** The newest stream `media`: of several that wait only this one gets a connection. */
  #newest: ServiceStream | undefined;
  /** Settles when nothing native is left of the last one. */
  #mediaOver: Promise<void> = Promise.resolve();
  #want: Want | undefined;
  /** The way that it was told last. */
  #told: PictureWay | undefined;

  constructor(private readonly options: DesktopViewerOptions) {}

  get member(): HostedMember {
    return this.options.member;
  }

  /** How it gets its pictures now; undefined: none. */
  get wants(): PictureWay | undefined {
    if (!this.#show || !this.#want?.visible) return undefined;
    // Who has pictures keeps them while a try for video is on its way.
    const tries = this.#want.how === "automatic" && this.#pictures !== undefined &&
      this.#media?.connection.state !== "open";
    return this.#want.how === "pictures" || tries ? "pictures" : "video";
  }

  /** Whether pictures have to be made for it. */
  get watches(): boolean {
    return this.wants === "pictures" && this.#pictures !== undefined ||
      this.wants === "video" && this.#media !== undefined;
  }

  /** Whether it hears the desktop. */
  get listens(): boolean {
    return this.#show !== undefined && this.#media !== undefined && this.#want?.audio === true;
  }

  /** Whether it has a media connection, or is about to. */
  get carries(): boolean {
    return this.#media !== undefined;
  }

  /** Says it, if it has the desktop open. */
  say(said: HostSays): void {
    this.#show?.say(said);
  }

  /** Serves `show` until it is over. */
  async show(stream: ServiceStream): Promise<void> {
    this.#show?.close(new ServiceError("gone", "the viewer opened the desktop again"));
    const show = this.#show = new ShowStream(stream);
    this.#told = undefined;
    try {
      for (const said of this.options.first()) show.say(said);
      await show.hear((said) => this.#heard(show, said));
      await stream.writable.close().catch(() => {});
    } finally {
      if (this.#show === show) {
        this.#show = undefined;
        this.#want = undefined;
        this.#end("the desktop was closed");
      }
    }
  }

  /** Serves `pictures` until it is over. */
  async pictures(stream: ServiceStream): Promise<void> {
    this.#opened();
    this.#pictures?.stream.reset(new ServiceError("gone", "the viewer asked for pictures again"));
    const { jpeg, wake, changed } = this.options;
    const own = this.#pictures = { feed: new PictureFeed(stream, jpeg, wake), stream };
    changed();
    wake();
    try {
      await own.feed.hear();
    } finally {
      if (this.#pictures === own) this.#pictures = undefined;
      changed();
    }
  }

  /** Serves `media` until it is over. */
  async media(stream: ServiceStream): Promise<void> {
    this.#opened();
    const { rtc } = this.options;
    if (!rtc) throw new ServiceError("denied", "the host does not use WebRTC (--force-websocket)");
    const again = new ServiceError("gone", "the viewer asked for video again");
    this.#newest?.reset(again);
    this.#newest = stream;
    const before = this.#mediaOver;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#mediaOver = promise;
    try {
      await before;
      if (this.#newest === stream) await this.#carry(stream, rtc);
    } finally {
      if (this.#newest === stream) this.#newest = undefined;
      resolve();
    }
  }

  /** Gives it a picture, if it wants pictures over data. */
  async picture(picture: ScreenPicture): Promise<void> {
    if (this.wants === "pictures") await this.#pictures?.feed.picture(picture);
  }

  /** The viewer is gone. Settles when nothing native is left of it. */
  async close(why: string): Promise<void> {
    this.#show?.close(new ServiceError("gone", why));
    this.#show = undefined;
    this.#end(why);
    await this.#mediaOver;
  }

  /** One media connection, until `stream` is over and nothing native is left of it. */
  async #carry(stream: ServiceStream, rtc: MediaFactory): Promise<void> {
    const { member, tracks, changed, ice, mayCarry } = this.options;
    stream.signal.throwIfAborted();
    if (!mayCarry()) throw new ServiceError("busy", `the host sends video to ${MAX_MEDIA} viewers already`);
    const signals = signalsOf(stream);
    const streams = { video: tracks.video, audio: tracks.audio };
    const connection = new MediaConnection({ rtc, signals, ...ice(), ...streams });
    this.#media = { connection, stream };
    connection.onstate = (state, why) => {
      if (state === "open") {
        tracks.add(member.peer, connection);
        this.#follow("video has a connection");
        changed();
      }
      if (state === "closed") stream.reset(new ServiceError("gone", why));
    };
    try {
      await hearMedia(stream, signals);
    } finally {
      tracks.remove(member.peer);
      this.#media = undefined;
      changed();
      await connection.close();
    }
  }

  #end(why: string): void {
    const error = new ServiceError("gone", why);
    this.#newest?.reset(error);
    this.#pictures?.stream.reset(error);
    this.options.changed();
  }

  #opened(): void {
    if (!this.#show) throw new ServiceError("denied", "show is not open");
  }

  #heard(show: ShowStream, said: ViewerSays): void {
    const { member, now, tracks, set, wake, changed } = this.options;
    switch (said.is) {
      case "want": {
        this.#want = said.value;
        this.#follow(said.value.why ?? `the viewer wants ${said.value.how}`);
        changed();
        return wake();
      }
      case "set":
        mustUse(member);
        return set(said.value);
      case "ping":
        return show.say({ is: "pong", value: { ping: said.value, at: now() } });
      case "keyframe":
        return tracks.refresh(member.peer);
      case "age":
        return;
    }
  }

  /** Sends pictures as they are wanted now, and says so if that is another way. */
  #follow(why: string): void {
    const { tracks, member, went } = this.options;
    const how = this.wants;
    if (how !== this.#told && how !== undefined) {
      this.#show?.say({ is: "path", value: { how, why } });
      went(how, why);
    }
    this.#told = how;
    if (this.#media?.connection.state !== "open") return;
    tracks.show(member.peer, { video: how === "video", audio: this.#want?.audio === true });
  }
}
