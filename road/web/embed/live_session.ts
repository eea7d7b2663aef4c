/** One joined session: the pure viewer session with its link, its timer and its figures. What {@link join} hands out. */
import type { Role, Size } from "../../../frames/message.ts";
import { viewerNumbers } from "../../../session/stats.ts";
import { TYPED_LIMIT } from "../../../session/sync/limits.ts";
import { ViewerSession } from "../../../session/viewer/viewer_session.ts";
import type { Link } from "../../../transport/link.ts";
import { Figures } from "./totals.ts";
import { asFailure, JoinFailure } from "./join_failure.ts";
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
import { SessionTimer } from "./session_timer.ts";

/** How links are renewed and everything is freed. */
export interface Way {
  renew(why: string): void;
  /** What has to happen at the host before there can be a link. */
  waiting(): string | undefined;
  /** What to say if the host will not come back; `silence`: since anything was heard of it, `late`: since it should have been, ms. */
  gone(silence: number, late: number): string | undefined;
  close(): Promise<void>;
}

export class LiveSession implements BeachSession {
  readonly #core: ViewerSession;
  readonly #wake: SessionTimer;
  readonly #figures = new Figures();
  readonly #stream = outputStream();
  readonly #welcomed = Promise.withResolvers<BeachSession>();
  readonly #over = Promise.withResolvers<Ended>();
  readonly #asked = Promise.withResolvers<void>();
  readonly #abort = () => void this.close();
  #sink: ScreenSink;
  /** The session's, and our window's as the host knows it. */
  #size: Size;
  #window: Size;
  #way: Way | undefined;
  #closing: Promise<void> | undefined;
  /** Until there is something to show the session in. */
  #viewing: Promise<void> | undefined;

  constructor(private readonly options: JoinOptions) {
    this.#sink = options.screen ?? this.#stream.sink;
    const on = options.on ?? {};
    this.#size = this.#window = { cols: options.cols ?? 80, rows: options.rows ?? 24 };
    this.#welcomed.promise.catch(() => {});
    this.#core = new ViewerSession(
      {
        now: () => performance.now(),
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
        exited: (status) => this.finish({ kind: "exited", ...status }),
        dismissed: (why) => this.finish({ kind: "ended", why }),
        changed: () => this.#wake?.changed(),
        log: (words) => on.log?.(words),
      },
      {
        name: (options.name ?? "").slice(0, 64),
        singleChannel: options.forceSingleChannel ?? false,
        lateTimers: true,
      },
      this.#size,
    );
    this.#wake = new SessionTimer(this.#core, {
      renew: (why) => this.#way?.renew(why),
      waiting: () => this.#way?.waiting(),
      told: (words) => on.quiet?.(words),
      silent: (ms, late) => {
        const why = this.#way?.gone(ms, late);
        if (why !== undefined) this.finish({ kind: "lost", why });
      },
    });
    if (options.view) {
      const { view } = options;
      this.#viewing = this.#asked.promise.then(view)
        .then((made) => this.#shownIn(made), (error) => this.fail(asFailure(error)));
    }
    if (options.signal?.aborted) this.#abort();
    else options.signal?.addEventListener("abort", this.#abort);
  }

  /** Settles with the session when the host let us in; rejects with {@link JoinFailure}. */
  get welcomed(): Promise<BeachSession> {
    return this.#welcomed.promise;
  }
  get role(): Role {
    return this.#core.role ?? "view";
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

  goesBy(way: Way): void {
    this.#way = way;
    if (this.#closing) void way.close();
  }

  /** The join is on its way: the page has time now. */
  asked(): void {
    setTimeout(() => this.#asked.resolve());
  }

  attach(link: Link): void {
    if (this.#closing) return;
    this.stage("link");
    this.#figures.linked(link);
    this.options.on?.path?.(link.path);
    if (this.#viewing) void this.#viewing.then(() => this.#talk(link));
    else this.#talk(link);
  }

  #talk(link: Link): void {
    if (this.#closing) return;
    void link.closed.then(() => {
      if (!this.#core.conversation || this.#core.conversation.link === link) this.options.on?.path?.(null);
    });
    this.#core.attach(link);
    this.#wake.changed();
  }

  stage(name: Stage["name"]): void {
    const stage = this.#figures.stage(name);
    if (stage) this.options.on?.stage?.(stage);
  }

  fail(failure: JoinFailure): void {
    this.#welcomed.reject(failure);
    this.finish({ kind: "ended", why: `${failure.what}. ${failure.hint}` });
  }

  finish(ended: Ended): void {
    const why = "why" in ended ? ended.why : "it was over at once";
    const what = ended.kind === "lost" ? why : `The session is over: ${why}`;
    this.#welcomed.reject(new JoinFailure("ended", what, "Ask its host for a new link."));
    this.#over.resolve(ended);
    this.#stream.end();
    void this.close();
  }

  write(input: string | Uint8Array): number {
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    // Beyond the limit the host is away for long: what can't be kept is not taken, all or nothing.
    if (!this.#closing && this.#core.unsent + bytes.length <= TYPED_LIMIT) this.#core.type(bytes);
    return this.#core.typed;
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#window.cols && rows === this.#window.rows) return;
    this.#window = { cols, rows };
    this.#core.resize(this.#window);
  }

  askLines(id: number, era: number, from: number, to: number): boolean {
    return this.#core.askLines(id, era, from, to);
  }

  askPicture(id: string, from: number): boolean {
    return this.#core.askPicture(id, from);
  }

  resync(): void {
    this.#core.resync();
  }

  stats(): SessionStats {
    return this.#figures.with(viewerNumbers(this.#core, performance.now()));
  }

  get rtt(): number | undefined {
    return this.#core.conversation?.path.rtt.srtt;
  }

  check(why: string): void {
    this.#wake.suspect(why);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.options.signal?.removeEventListener("abort", this.#abort);
    this.#core.leave("left");
    this.#core.poll();
    this.#wake.stop();
    this.#welcomed.reject(new JoinFailure("given_up", "The join was given up", "Join again."));
    this.#over.resolve({ kind: "left" });
    this.#stream.end();
    await this.#way?.close();
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
