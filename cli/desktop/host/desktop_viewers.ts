/** All viewers of one desktop at its host: who is there, who watches, and what each is told. */
import type { HostedMember } from "../../../session/host/viewer_streams.ts";
import { MAX_MEDIA } from "../../../session/services/desktop/limits.ts";
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import type { DesktopViewer } from "./desktop_viewer.ts";
import type { ScreenPicture } from "./screen_source.ts";

/** The viewers of one desktop. */
export class DesktopViewers {
  readonly #viewers = new Map<string, DesktopViewer>();

  /** @param make what a viewer is that opens its first stream */
  constructor(private readonly make: (member: HostedMember) => DesktopViewer) {}

  /** Whether pictures have to be made for anybody. */
  get watch(): boolean {
    return this.#all.some(({ watches }) => watches);
  }

  /** Whether somebody hears the desktop. */
  get listen(): boolean {
    return this.#all.some(({ listens }) => listens);
  }

  /** Whether there may be one more media connection. */
  get mayCarry(): boolean {
    return this.#all.filter(({ carries }) => carries).length < MAX_MEDIA;
  }

  /** This viewer. */
  of(member: HostedMember): DesktopViewer {
    let viewer = this.#viewers.get(member.peer);
    if (!viewer) this.#viewers.set(member.peer, viewer = this.make(member));
    return viewer;
  }

  /** A viewer is gone; settles when nothing native is left of it. */
  async leave(peer: string, why: string): Promise<void> {
    const viewer = this.#viewers.get(peer);
    this.#viewers.delete(peer);
    await viewer?.close(why);
  }

  /** All of them are gone. */
  async close(why: string): Promise<void> {
    await Promise.all([...this.#viewers.keys()].map((peer) => this.leave(peer, why)));
  }

  /** Says it to everyone who has the desktop open, or to some; undefined: nothing. */
  say(said: HostSays | undefined, whom: (member: HostedMember) => boolean = () => true): void {
    if (!said) return;
    for (const viewer of this.#all) if (whom(viewer.member)) viewer.say(said);
  }

  /** Says to each what is for it; undefined: nothing. */
  sayEach(said: (viewer: DesktopViewer) => HostSays | undefined): void {
    for (const viewer of this.#all) {
      const own = said(viewer);
      if (own) viewer.say(own);
    }
  }

  /** Gives a picture to those who get pictures over data; settles when its pixels are not needed any more. */
  async picture(picture: ScreenPicture): Promise<void> {
    for (const viewer of this.#all) await viewer.picture(picture);
  }

  get #all(): DesktopViewer[] {
    return [...this.#viewers.values()];
  }
}
