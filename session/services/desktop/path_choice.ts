/** Video or pictures: what a viewer asks for while its person leaves that to it. Down at once, up only after a quiet time. */
import type { PictureWay } from "./show_messages.ts";

/** A picture is too old when it shows this long after a round trip; ms. Below it nobody works worse than with fewer, whole pictures. */
const TOO_OLD = 600;
/**
 * So long pictures may be too old before that counts, ms. Where a way becomes ten times narrower, its queue of a second is gone after some
 * 4 s, and video is the better way from then on.
 */
const OLD_FOR = 4000;
/**
 * The host sends, and so long nothing was shown; ms. A way that becomes ten times narrower, with a queue of a second, shows the next picture
 * after 2 to 2.5 s, and video is the better way there: pictures over data take more bytes.
 */
const SILENT = 3000;
/** A connection that is not up by then is none, ms: ICE tries all pairs in about that time. */
const CONNECT = 6000;
/** The first quiet time and the longest, ms; each failure of the video doubles it. */
const FIRST_QUIET = 15_000;
const LONGEST_QUIET = 600_000;
/** Video that went well for so long may fail afresh, ms. */
const PROVED = 60_000;

export type WantedWay = "automatic" | PictureWay;

/** What is chosen now, and in a few words why. */
export interface Chosen {
  readonly how: PictureWay;
  readonly why: string;
}

/** Chooses how pictures come. Time is the caller's, in ms. */
export class PathChoice {
  #wanted: WantedWay = "automatic";
  #chosen: Chosen = { how: "video", why: "at first" };
  /** When the present way was chosen; when it last did badly. */
  #since: number;
  #troubleAt = -Infinity;
  #oldSince: number | undefined;
  #quiet = FIRST_QUIET;
  /** Why there can be no video in this page, ever. */
  #never: string | undefined;
  #up = false;
  /** Video has failed before. */
  #failed = false;

  constructor(now: number) {
    this.#since = now;
  }

  get chosen(): Chosen {
    return this.#chosen;
  }

  get wanted(): WantedWay {
    return this.#wanted;
  }

  /** How long no trouble is needed before video is tried again, ms. */
  get quiet(): number {
    return this.#quiet;
  }

  /** The person chose; that holds whatever happens. */
  want(wanted: WantedWay, now: number): void {
    this.#wanted = wanted;
    if (wanted === "automatic") {
      this.#choose(this.#never === undefined ? "video" : "pictures", "automatic", now);
    } else this.#choose(wanted, "chosen by you", now);
    this.#quiet = FIRST_QUIET;
  }

  /** There can be no video here. */
  impossible(why: string, now: number): void {
    this.#never = why;
    if (this.#wanted === "automatic") this.#choose("pictures", why, now);
  }

  /** The media connection came up. */
  mediaUp(now: number): void {
    if (this.#up) return;
    this.#up = true;
    // The time to connect is over, that to prove itself begins.
    if (this.#chosen.how === "video") this.#since = now;
  }

  /** The media connection is gone. */
  mediaDown(why: string, now: number): void {
    this.#up = false;
    this.#trouble(why, now);
  }

  /** A picture of the chosen way was `age` ms old when it showed, on a way with this round trip. */
  aged(age: number, rtt: number, now: number): void {
    if (age <= rtt + TOO_OLD) {
      this.#oldSince = undefined;
      return;
    }
    // Old pictures over data keep nobody from trying video: on a narrow way it is the better one.
    if (this.#chosen.how === "pictures") return;
    this.#oldSince ??= now;
    if (now - this.#oldSince >= OLD_FOR) this.#trouble(`pictures were ${Math.round(age)} ms old`, now);
  }

  /** The host has sent for `ms`, and nothing was shown. */
  silent(ms: number, now: number): void {
    if (ms >= SILENT) this.#trouble(`no picture came for ${(ms / 1000).toFixed(1)} s`, now);
  }

  /** Whether the choice changed by the time that went. */
  poll(now: number): boolean {
    if (this.#wanted !== "automatic" || this.#never !== undefined) return false;
    const { how } = this.#chosen;
    if (how === "video") {
      if (!this.#up && now - this.#since >= CONNECT) {
        this.#trouble("no connection for video came about", now);
        return true;
      }
      if (this.#up && now - this.#since >= PROVED) this.#quiet = FIRST_QUIET;
      return false;
    }
    if (now < this.due()) return false;
    this.#choose("video", "it was quiet long enough to try", now);
    return true;
  }

  /** When {@link poll} may change something; Infinity if only news can. */
  due(): number {
    if (this.#wanted !== "automatic" || this.#never !== undefined) return Infinity;
    if (this.#chosen.how === "video") return this.#up ? Infinity : this.#since + CONNECT;
    return Math.max(this.#since, this.#troubleAt) + this.#quiet;
  }

  /** The present way does badly: pictures instead of video, and those for longer each time. */
  #trouble(why: string, now: number): void {
    this.#troubleAt = now;
    if (this.#wanted !== "automatic" || this.#chosen.how === "pictures") return;
    // What was proved is forgotten here too, since nobody may have polled since.
    if (now - this.#since >= PROVED) this.#quiet = FIRST_QUIET;
    else if (this.#failed) this.#quiet = Math.min(this.#quiet * 2, LONGEST_QUIET);
    this.#failed = true;
    this.#choose("pictures", why, now);
  }

  #choose(how: PictureWay, why: string, now: number): void {
    this.#oldSince = undefined;
    this.#chosen = { how, why };
    this.#since = now;
  }
}
