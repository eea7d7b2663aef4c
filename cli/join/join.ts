/**
 * `beach join`: shows a shared terminal here, and types in it. Combines the session, our terminal, the keys and the connection to the host.
 */
import type { Role } from "../../frames/link_frames.ts";
import { ViewerRuntime } from "../../session/runtime/viewer_runtime.ts";
import { SYSTEM_CLOCK } from "../../session/runtime/clock.ts";
import { openStream } from "../../session/services/service_stream.ts";
import { statusText } from "../../session/stats_text.ts";
import { networkAddresses } from "../../transport/native/addresses.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { watchAddresses } from "../network/address_watch.ts";
import { openRtc, worsener } from "../network/rtc.ts";
import type { JoinOptions } from "../options/invocation.ts";
import type { Failure } from "../process/failure.ts";
import { OwnMark } from "../process/nested_session.ts";
import { type Io, Stopped } from "../process/io.ts";
import { type EventWriter, type JoinEvent, openEvents } from "../report/events.ts";
import { type OpenLog, openLog } from "../report/log.ts";
import { Metrics } from "../report/metrics.ts";
import { Tty } from "../terminal/tty.ts";
import { Clipboard, copyQuestion } from "./clipboard.ts";
import { JoinEnd } from "./join_end.ts";
import { JoinForwards } from "./join_forwards.ts";
import { type JoinPeering, joinSession } from "./join_peering.ts";
import { complete, type CompleteJoin } from "./join_secret.ts";
import { ViewerBar } from "./viewer_bar.ts";
import { ViewerKeys } from "./viewer_keys.ts";
import { ViewerTerminal } from "./viewer_terminal.ts";

/** After this time the person is told that the road is being asked; ms. */
const ROAD_SLOW = 1000;
/** Why keys have no effect. */
const WATCHING = "You only watch (--view): what you type goes nowhere";
const CODE_WATCHES = "This code lets you watch: what you type goes nowhere";

/** Shows a session until its command ends. Returns the command's exit status, as a shell reports it. */
export async function runJoin(given: JoinOptions, io: Io): Promise<number> {
  const options = await complete(given, io.stop);
  using logs = openLog(options, "nothing");
  await using events = options.events === undefined ? undefined : openEvents(options.events);
  await using join = new Join(options, logs, events, io.stop);
  return await join.run();
}

class Join implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  /** Our terminal is gone. */
  readonly #gone = new AbortController();
  readonly #end: JoinEnd;
  readonly #tty: Tty;
  readonly #session: ViewerRuntime;
  readonly #terminal: ViewerTerminal;
  readonly #mark: OwnMark;
  readonly #bar: ViewerBar;
  readonly #keys: ViewerKeys;
  readonly #forwards: JoinForwards;
  #way: JoinPeering | undefined;
  /** Whether the session is, or was, on the screen. */
  #inside = false;
  #toldWatching = false;
  /** Messages for the end, when the terminal is the person's again. */
  #afterwards = "";

  constructor(
    private readonly options: CompleteJoin,
    private readonly logs: OpenLog,
    private readonly events: EventWriter<JoinEvent> | undefined,
    stop: AbortSignal,
  ) {
    if (events) events.onfault = (words) => this.#afterwards += `beach: ${words}\r\n`;
    const { session: code } = options.code;
    const stops = AbortSignal.any([stop, this.#gone.signal]);
    this.#end = new JoinEnd(code, () => this.#terminal.atLineStart, stops);
    this.#tty = this.#openTty();
    // Errors before the session is on the screen.
    this.#stack.defer(() => this.#tty.restoreNow());
    logs.screen("session");
    const tty = this.#tty;
    const session = this.#session = this.#stack.use(this.#makeSession());
    const clipboard = new Clipboard(options.clipboard, (bytes) => {
      this.#bar.say(copyQuestion(bytes, options.escape));
    });
    this.#terminal = this.#stack.use(
      new ViewerTerminal({
        ...{ tty, session, clipboard, predict: options.predict },
        watching: () => this.#watching(),
      }),
    );
    const found = (failure: Failure) => this.#end.fail(failure);
    const write = (text: string) => void tty.write(new TextEncoder().encode(text));
    this.#mark = this.#stack.use(new OwnMark(code, write, found));
    const line = () => statusText(this.#numbers());
    this.#bar = this.#stack.use(new ViewerBar(this.#terminal, line, () => clipboard.withdraw()));
    this.#forwards = this.#stack.use(
      new JoinForwards({
        ...{ bar: this.#bar, terminal: this.#terminal, escape: options.escape },
        open: (service, head) => openStream(session, service, head),
      }),
    );
    this.#keys = this.#stack.use(
      new ViewerKeys({
        ...{ key: options.escape, terminal: this.#terminal, clipboard, bar: this.#bar },
        send: (inputs) => this.#terminal.typed(inputs),
        leave: (interrupted) => this.#end.leave(interrupted, this.#inside),
        forwards: () => this.#forwards.show(),
      }),
    );
  }

  /** Settles with the exit status when the session is over and our terminal is restored. */
  async run(): Promise<number> {
    const rtc = await openRtc(this.options, this.logs.log);
    if (rtc) this.#stack.defer(() => rtc.close());
    try {
      this.#forwards.listen(this.options.localForward);
      await this.#connect(rtc);
      const { code, words } = await this.#end.first;
      this.#session.leave();
      await this.#terminal.finish();
      // The session's screen has replaced earlier messages.
      const { warning } = this.options;
      const again = this.#inside && warning !== undefined ? `beach: ${warning}\r\n` : "";
      await this.#tty.close(words + again + this.#afterwards);
      return code;
    } catch (error) {
      this.#tell({ event: "error", message: error instanceof Error ? error.message : String(error) });
      await this.#terminal.finish();
      // The error is printed on a line of its own.
      await this.#tty.close("\r\n" + this.#afterwards);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #openTty(): Tty {
    return Tty.open({
      oninput: (bytes) => {
        this.#keys.read(bytes);
        // Pasted bytes beyond the limit wait in the terminal, so that none is lost.
        return this.#session.room();
      },
      onresize: (window) => {
        this.#session.resize(window);
        this.#terminal.repaint();
      },
      onresume: () => this.#terminal.repaint(),
      ongone: () => this.#gone.abort(new Stopped("SIGHUP")),
    });
  }

  #makeSession(): ViewerRuntime {
    const { options, logs: { log, debugging } } = this;
    return new ViewerRuntime(
      {
        show: (bytes) => {
          this.#mark.see(bytes);
          return this.#terminal.show(bytes);
        },
        replace: (snapshot) => {
          this.#tell({ event: "size", cols: snapshot.cols, rows: snapshot.rows });
          return this.#terminal.replace(snapshot);
        },
        welcomed: ({ role }) => this.#welcomed(role),
        history: (lines) => this.#terminal.history(lines),
        picture: (piece) => this.#terminal.pictures.receive(piece),
        effect: (effect) => this.#terminal.effect(effect),
        notice: (text) => this.#bar.say(text),
        offered: (port) => this.#forwards.offered(port),
        granted: (role) => this.#tell({ event: "role", role }),
        quiet: (words) => this.#terminal.status(words),
        ended: (ended) => {
          if (ended.kind === "exited") {
            this.#tell({ event: "exit", code: ended.code, signal: ended.signal });
          }
          this.#end.ended(ended);
        },
        log: (words) => log("debug", words),
        ...(debugging && { trace: (words: string) => log("debug", words) }),
      },
      { name: options.name ?? "", singleChannel: options.forceSingleChannel, lateTimers: false },
      this.#tty.size,
      SYSTEM_CLOCK,
    );
  }

  /** Connects to the host, unless the session ends first. */
  async #connect(rtc: RtcFactory | null): Promise<void> {
    const { options, logs: { log } } = this;
    const worsen = worsener(options);
    // A road that does not answer must not delay a person who leaves.
    const giveUp = new AbortController();
    this.#end.first.then(() => giveUp.abort(), () => giveUp.abort());
    const asking = () => this.#terminal.status("Asking the road … (Ctrl-C gives up)");
    const slow = setTimeout(asking, ROAD_SLOW);
    try {
      this.#way = await joinSession(options, rtc, log, {
        link: (link) => this.#session.attach(worsen(link)),
        waiting: (why) => this.#waits(why),
        over: (failure) => this.#end.fail(failure),
      }, giveUp.signal);
    } catch (error) {
      if (!giveUp.signal.aborted) throw error;
      return;
    } finally {
      clearTimeout(slow);
    }
    this.#session.follow(this.#stack.use(this.#way));
    this.#stack.use(watchAddresses(networkAddresses, () => this.#session.moved()));
    const read = () => [{ of: "", numbers: this.#numbers() }];
    const tell = ({ numbers }: ReturnType<typeof read>[0]) => this.#tell({ event: "stats", ...numbers });
    this.#stack.use(new Metrics(options, log, read, tell));
  }

  #tell(event: JoinEvent): void {
    void this.events?.emit(event);
  }

  #numbers() {
    return this.#session.numbers(this.#terminal.predictions);
  }

  #welcomed(role: Role): void {
    this.#terminal.status(null);
    if (!this.#inside) {
      const { session, peer } = this.#way!;
      this.#tell({ event: "joined", session, peer, role });
    }
    this.#inside = true;
    this.#mark.begin();
    this.#keys.early.inside();
    this.#tell({ event: "path", path: this.#session.link!.path });
  }

  #waits(why: string): void {
    this.#session.wait(why);
    this.#keys.early.wait();
    this.#terminal.status(`Waiting: ${why}${this.#inside ? "" : " (Ctrl-C gives up)"}`);
  }

  /** Whether typing has no effect; the person is told once. */
  #watching(): boolean {
    const { view } = this.options;
    if (!view && this.#session.role !== "view") return false;
    if (!this.#toldWatching) this.#bar.say(view ? WATCHING : CODE_WATCHES);
    return this.#toldWatching = true;
  }
}
