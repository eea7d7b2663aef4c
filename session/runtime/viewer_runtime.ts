/**
 * One joined viewer, as an object: what `beach join`, the page and tests hold. It keeps the session going on its own timer, asks for another link
 * when the one that there is does badly, says so, and ends once. It sees links and never how they come up: that is the {@link ViewerWay}'s.
 */
import type { Role } from "../../frames/link_frames.ts";
import type { Size } from "../../frames/size.ts";
import type { ExitStatus } from "../../frames/screen_state.ts";
import type { Link } from "../../transport/link.ts";
import type { LinkRequest } from "../links/link_requests.ts";
import { type SessionNumbers, viewerNumbers } from "../stats.ts";
import type { ByteStream } from "../streams/byte_stream.ts";
import { TYPED_LIMIT } from "../sync/limits.ts";
import type { DesktopInput } from "../viewer/desktop_input.ts";
import { linkWords } from "../viewer/link_text.ts";
import type { ViewerIo, ViewerOptions } from "../viewer/viewer_io.ts";
import { ViewerSession } from "../viewer/viewer_session.ts";
import type { Clock } from "./clock.ts";
import { type Due, SessionTimer } from "./session_timer.ts";

/** How often the link is looked at, ms: what is silent or gone is noticed this much later at most. */
const LOOK = 100;
/** A link that was heard so lately is not doubted, whatever happened to this machine; ms. */
const TRUSTED = 250;

/** How a session ended. `exited`: the command's status; `ended`: by the host, for a reason; `lost`: nothing is heard of the host, and will not be; `left`: by us. */
export type Ended =
  | { readonly kind: "exited" } & ExitStatus
  | { readonly kind: "ended" | "lost"; readonly why: string }
  | { readonly kind: "left" };

/** How links to the host come up. */
export interface ViewerWay {
  /** Asks the host for another link beside those that there are. */
  renew(request: LinkRequest): void;
  /** What to say if the host will not come back; `silence`: since anything was heard of it, `late`: since it should have been, ms. */
  gone(silence: number, late: number): string | undefined;
}

export interface ViewerRuntimeIo
  extends Pick<ViewerIo, "show" | "replace" | "picture" | "effect" | "notice" | "offered" | "granted"> {
  /** The host knows us; comes again with each new link. */
  welcomed(welcome: Size & { readonly role: Role; readonly title: string }): void;
  history?(lines: Parameters<ViewerIo["history"]>[0]): void;
  /** What the person is to know of the link, in words that change with time; null: all is well again. */
  quiet(words: string | null): void;
  /** Once. */
  ended(ended: Ended): void;
  readonly log: ViewerIo["log"];
  readonly trace?: ViewerIo["trace"];
}

/** A viewer's session as terminal and browser use it. */
export class ViewerRuntime implements Due, Disposable {
  /** What we do with the host's desktop. */
  readonly desktop: DesktopInput;
  readonly #session: ViewerSession;
  readonly #timer: SessionTimer;
  readonly #room = new Set<() => void>();
  #way: ViewerWay | undefined;
  #lookedAt = -Infinity;
  #told: string | null = null;
  /** What has to happen at the host before there can be a link. */
  #waiting: string | undefined;
  #over = false;

  constructor(
    private readonly io: ViewerRuntimeIo,
    options: ViewerOptions,
    window: Size,
    private readonly clock: Clock,
  ) {
    this.#timer = new SessionTimer(this, clock);
    const session: ViewerIo = {
      now: () => clock.now(),
      show: (data, base) => io.show(data, base),
      replace: (snapshot) => io.replace(snapshot),
      welcomed: (welcome) => io.welcomed(welcome),
      history: (lines) => io.history?.(lines),
      picture: (piece) => io.picture?.(piece),
      effect: (effect, have) => io.effect?.(effect, have),
      notice: (text) => io.notice(text),
      offered: (port) => io.offered?.(port),
      granted: (role) => io.granted?.(role),
      exited: (status) => this.end({ kind: "exited", ...status }),
      dismissed: (why) => this.end({ kind: "ended", why }),
      changed: () => this.#changed(),
      log: (words) => io.log(words),
      ...(io.trace && { trace: (words: string) => io.trace!(words) }),
    };
    this.#session = new ViewerSession(session, options, window);
    this.desktop = this.#session.inputs.desktop;
  }

  /** What the host lets us do; undefined before it has let us in. */
  get role(): Role | undefined {
    return this.#session.role;
  }

  /** The link in use. */
  get link(): Link | undefined {
    return this.#session.conversation?.link;
  }

  /** The smoothed round trip now, ms; undefined without a link or before the first. */
  get rtt(): number | undefined {
    return this.#session.conversation?.path.rtt.srtt;
  }

  /** The offset of the end of all that was typed. */
  get typed(): number {
    return this.#session.inputs.keyboard.end;
  }

  /** Bytes typed that the host has not confirmed. */
  get unsent(): number {
    return this.#session.unsent;
  }

  /**
   * Opens a stream for a service of the host, with up to 16 KiB of what that has to know first; null while 256 are open, or when all is over. It
   * outlives links, and waits for one.
   */
  open(service: string, head: Uint8Array): ByteStream | null {
    return this.#session.streams.open(service, head);
  }

  /** Watches the links that come by `way` from now on. */
  follow(way: ViewerWay): void {
    this.#way = way;
    // The join itself has asked for the first link.
    this.#session.linkRequests.begin(this.clock.now());
    this.#timer.changed();
  }

  /** Talks over `link` as soon as the host welcomes us there. */
  attach(link: Link): void {
    // Who has a link waits for nothing.
    this.#waiting = undefined;
    this.#session.attach(link);
    this.#timer.changed();
  }

  /** Somebody has to do something first, e.g. `the host is away`: until the next link nothing is wrong. */
  wait(why: string): void {
    this.#waiting = why;
  }

  /** Sends what was typed; a view-only viewer's goes nowhere. */
  type(bytes: Uint8Array): void {
    this.#session.type(bytes);
  }

  /** Settles when more may be typed; undefined if it may now. */
  room(): Promise<void> | undefined {
    if (this.#session.unsent < TYPED_LIMIT) return undefined;
    return new Promise((resolve) => void this.#room.add(resolve));
  }

  /** Our window changed. */
  resize(window: Size): void {
    this.#session.resize(window);
  }

  /** Asks for history rows; false without a link. */
  askLines(id: number, era: number, from: number, to: number): boolean {
    return this.#session.askLines(id, era, from, to);
  }

  /** Asks for a picture from a byte on; false without a link. */
  askPicture(id: string, from: number): boolean {
    return this.#session.askPicture(id, from);
  }

  /** Asks for the screen anew. */
  resync(): void {
    this.#session.resync();
  }

  /** The numbers of now. `prediction`: the counts of a predictor, if there is one. */
  numbers(prediction?: { readonly right: number; readonly wrong: number }): SessionNumbers {
    return viewerNumbers(this.#session, this.clock.now(), prediction);
  }

  /** Our address changed: what went out from the old one gets no answer any more. */
  moved(): void {
    this.#renew("our address changed", true);
  }

  /** We were away, or the network was: finds out at once whether the link lives. */
  suspect(why: string): void {
    if (this.#session.linkRequests.silentFor(this.clock.now()) > TRUSTED) this.#renew(why, false);
    this.#timer.changed();
  }

  /** It is over; the first time that this is said counts. */
  end(ended: Ended): void {
    if (this.#over) return;
    this.#over = true;
    this.#session.streams.close("why" in ended ? ended.why : "the session is over");
    this.io.ended(ended);
  }

  /** Tells the host that we go. */
  leave(): void {
    this.#session.leave("left");
    this.#session.poll();
    this[Symbol.dispose]();
    this.end({ kind: "left" });
  }

  /** Does what is due; the runtime's own timer calls it. */
  poll(): void {
    this.#session.poll();
    const now = this.clock.now();
    if (this.#way && now - this.#lookedAt >= LOOK) this.#look(this.#way, now);
  }

  /** The clock's ms. */
  due(): number {
    return Math.min(this.#session.due(), this.#way ? this.#lookedAt + LOOK : Infinity);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#way = undefined;
  }

  #changed(): void {
    this.#timer.changed();
    if (this.#session.unsent >= TYPED_LIMIT) return;
    for (const resolve of this.#room) resolve();
    this.#room.clear();
  }

  #look(way: ViewerWay, now: number): void {
    this.#lookedAt = now;
    const { linkRequests } = this.#session;
    const words = linkWords(this.#session, now, this.#waiting);
    // Only news: the line may show something else while all is well.
    if (words !== this.#told) this.io.quiet(this.#told = words);
    const gone = way.gone(linkRequests.silence(now), linkRequests.late(now));
    if (gone !== undefined) return this.end({ kind: "lost", why: gone });
    const request = this.#waiting === undefined ? linkRequests.due(now) : null;
    if (request) way.renew(request);
  }

  #renew(why: string, moved: boolean): void {
    this.#way?.renew(this.#session.linkRequests.request(why, this.clock.now(), moved));
  }
}
