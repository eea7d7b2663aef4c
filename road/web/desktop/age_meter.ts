/** How old pictures are when they show: their way is measured from the host's clock to ours. */
import type { DesktopClient, PictureIn } from "../../../session/services/desktop/desktop_client.ts";
import { type AgeLegs, ageOf, legsOf } from "../../../session/services/desktop/picture_age.ts";
import type { HostNumbers } from "../../../session/services/desktop/show_messages.ts";
import type { ShownFrame } from "./video_frames.ts";

/** Ages of one desktop's pictures. */
export class AgeMeter {
  #shown = 0;
  #newest: { readonly ms: number; readonly rtp: number } | undefined;

  constructor(private readonly client: DesktopClient, private readonly host: () => HostNumbers | undefined) {}

  /** The round trip to the host, ms; 0 before the first answer. */
  get rtt(): number {
    return this.client.offset.rtt ?? 0;
  }

  /** Of a video's frame; undefined while the clocks are not known. */
  video({ rtp, received, shown }: ShownFrame): AgeLegs | undefined {
    return this.#count(this.client.rtpClock.at(rtp), received, shown, rtp);
  }

  /** Of a picture that was painted just now. */
  picture({ head: { at }, received }: PictureIn): AgeLegs | undefined {
    return this.#count(at, received, performance.now(), 0);
  }

  /** What the host is told, once after each picture; undefined if none showed since. */
  take(): { readonly ms: number; readonly shown: number; readonly rtp: number } | undefined {
    const newest = this.#newest;
    this.#newest = undefined;
    return newest && { ...newest, shown: this.#shown };
  }

  #count(at: number | undefined, received: number, shown: number, rtp: number): AgeLegs | undefined {
    this.#shown++;
    const captured = at === undefined ? undefined : this.client.offset.ours(at);
    if (captured === undefined) return undefined;
    const host = this.host();
    const atHost = host ? host.captureMs + host.encodeMs + host.queueMs : 0;
    const legs = legsOf({ captured, received, shown, atHost });
    this.#newest = { ms: ageOf(legs), rtp };
    return legs;
  }
}
