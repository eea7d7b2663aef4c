/** One joined session in a page: the viewer's runtime, what it is shown in, and its figures. What {@link join} hands out. */
import type { Role } from "../../../frames/link_frames.ts";
import type { Size } from "../../../frames/size.ts";
import { TYPED_LIMIT } from "../../../session/sync/limits.ts";
import { SYSTEM_CLOCK } from "../../../session/runtime/clock.ts";
import { ViewerRuntime, type ViewerWay } from "../../../session/runtime/viewer_runtime.ts";
import type { Link } from "../../../transport/link.ts";
import { Totals } from "./totals.ts";
import { asFailure, JoinFailure } from "./join_failure.ts";
import { type OpenStream, openStream } from "../../../session/services/service_stream.ts";
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import { PageServices } from "../services/services.ts";
import { LiveDesktop } from "./live_desktop.ts";
import type {
  BeachSession,
  Ended,
  JoinOptions,
  ScreenSink,
  SessionStats,
  Stage,
  View,
} from "./join_types.ts";
import { outputStream } from "./output_stream.ts";

/** A joined session in a page. */
export class LiveSession extends PageServices implements BeachSession {
  readonly #session: ViewerRuntime;
  readonly #totals = new Totals();
  readonly #stream = outputStream();
  readonly #welcomed = Promise.withResolvers<BeachSession>();
  readonly #over = Promise.withResolvers<Ended>();
  readonly #asked = Promise.withResolvers<void>();
  readonly #abort = () => void this.close();
  #sink: ScreenSink;
  /** The session's, and our window's as the host knows it. */
  #size: Size;
  #window: Size;
  #way: ViewerWay & AsyncDisposable | undefined;
  #closing: Promise<void> | undefined;
  readonly desktop: LiveDesktop;
  /** The servers for a connection that begins now, and until when their credential holds; Unix seconds. */
  ice: () => RtcOptions & { readonly expiresAt?: number } = () => ({ iceServers: [], icePolicy: "all" });
  /** Until there is something to show the session in. */
  #viewing: Promise<void> | undefined;

  constructor(private readonly options: JoinOptions) {
    const open: OpenStream = (service, head) => openStream(this.#session, service, head);
    super(open);
    this.desktop = new LiveDesktop(() => this.#session.desktop.on, () => ({
      open,
      input: this.#session.desktop,
      webrtc: !options.forceWebsocket,
      ice: () => this.ice(),
    }));
    this.#sink = options.screen ?? this.#stream.sink;
    this.#size = this.#window = { cols: options.cols ?? 80, rows: options.rows ?? 24 };
    this.#welcomed.promise.catch(() => {});
    this.#session = this.#makeSession();
    this.#session.follow({
      // One that waits for the page is none of the network's.
      renew: (request) => this.#viewing ?? this.#way?.renew(request),
      gone: (silence, late) => this.#way?.gone(silence, late),
    });
    if (options.view) {
      const { view } = options;
      this.#viewing = this.#asked.promise.then(view)
        .then((made) => this.#shownIn(made), (error) => this.fail(asFailure(error)));
    }
    if (options.signal?.aborted) this.#abort();
    else options.signal?.addEventListener("abort", this.#abort);
  }

  #makeSession(): ViewerRuntime {
    const { on = {}, name = "", forceSingleChannel = false } = this.options;
    return new ViewerRuntime(
      {
        show: (data, base) => this.#sink.show(data, base),
        replace: (snapshot) => {
          this.#resized(snapshot);
          const shown = this.#sink.replace(snapshot);
          this.stage("screen");
          return shown;
        },
        welcomed: (welcome) => {
          this.stage("welcome");
          on.welcomed?.(welcome);
          this.#resized(welcome);
          this.#welcomed.resolve(this);
        },
        history: (lines) => this.#sink.history?.(lines),
        picture: (piece) => this.#sink.picture?.(piece),
        effect: (effect, have) => this.#sink.effect?.(effect, have),
        notice: (text) => on.notice?.(text),
        offered: (port) => on.offered?.(port),
        granted: (role) => on.granted?.(role),
        quiet: (words) => on.quiet?.(words),
        ended: (ended) => this.#ended(ended),
        log: (words) => on.log?.(words),
      },
      { name: name.slice(0, 64), singleChannel: forceSingleChannel, lateTimers: true },
      this.#size,
      SYSTEM_CLOCK,
    );
  }

  /** Settles with the session when the host let us in; rejects with {@link JoinFailure}. */
  get welcomed(): Promise<BeachSession> {
    return this.#welcomed.promise;
  }
  get role(): Role {
    return this.#session.role ?? "view";
  }
  get size(): Size {
    return this.#size;
  }
  get output(): ReadableStream<Uint8Array> {
    return this.#stream.output;
  }
  get closed(): Promise<Ended> {
    return this.#over.promise;
  }

  goesBy(way: ViewerWay & AsyncDisposable): void {
    this.#way = way;
    if (this.#closing) void way[Symbol.asyncDispose]();
  }

  /** Somebody has to do something first. */
  wait(why: string): void {
    this.#session.wait(why);
    this.options.on?.waiting?.(why);
  }

  /** The join is on its way: the page has time now. */
  asked(): void {
    setTimeout(() => this.#asked.resolve());
  }

  attach(link: Link): void {
    if (this.#closing) return;
    this.stage("link");
    this.#totals.linked(link);
    this.options.on?.path?.(link.path);
    if (this.#viewing) void this.#viewing.then(() => this.#talk(link));
    else this.#talk(link);
  }

  #talk(link: Link): void {
    if (this.#closing) return;
    void link.closed.then(() => {
      if (!this.#session.link || this.#session.link === link) this.options.on?.path?.(null);
    });
    this.#session.attach(link);
  }

  stage(name: Stage["name"]): void {
    const stage = this.#totals.stage(name);
    if (stage) this.options.on?.stage?.(stage);
  }

  fail(failure: JoinFailure): void {
    this.#welcomed.reject(failure);
    this.finish({ kind: "ended", why: `${failure.what}. ${failure.hint}` });
  }

  finish(ended: Ended): void {
    this.#session.end(ended);
  }

  #ended(ended: Ended): void {
    this.#welcomed.reject(early(ended));
    this.#over.resolve(ended);
    this.#stream.end();
    if (ended.kind !== "left") void this.close();
  }

  write(input: string | Uint8Array): number {
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    // Beyond the limit the host is away for long: what can't be kept is not taken, all or nothing.
    if (!this.#closing && this.#session.unsent + bytes.length <= TYPED_LIMIT) this.#session.type(bytes);
    return this.#session.typed;
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#window.cols && rows === this.#window.rows) return;
    this.#window = { cols, rows };
    this.#session.resize(this.#window);
  }

  askLines(id: number, era: number, from: number, to: number): boolean {
    return this.#session.askLines(id, era, from, to);
  }

  askPicture(id: string, from: number): boolean {
    return this.#session.askPicture(id, from);
  }

  resync(): void {
    this.#session.resync();
  }

  stats(): SessionStats {
    return this.#totals.with(this.#session.numbers());
  }

  get rtt(): number | undefined {
    return this.#session.rtt;
  }

  check(why: string): void {
    this.#session.suspect(why);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.options.signal?.removeEventListener("abort", this.#abort);
    this.#session.leave();
    await this.#way?.[Symbol.asyncDispose]();
  }

  #shownIn({ cols, rows, screen }: View): void {
    this.#viewing = undefined;
    if (screen) this.#sink = screen;
    this.#size = { cols, rows };
    this.resize(cols, rows);
  }

  #resized({ cols, rows }: Size): void {
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    this.#size = { cols, rows };
    this.options.on?.size?.(this.#size);
  }
}

/** Why a join failed that was over before the host let us in. */
function early(ended: Ended): JoinFailure {
  if (ended.kind === "left") return new JoinFailure("given_up", "The join was given up", "Join again.");
  const why = "why" in ended ? ended.why : "it was over at once";
  const what = ended.kind === "lost" ? why : `The session is over: ${why}`;
  return new JoinFailure("ended", what, "Ask its host for a new link.");
}
