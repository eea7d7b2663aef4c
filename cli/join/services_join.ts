/** A viewer that shows no terminal: joins for what the host shares beside it. `call`, `cp` and `join -N` are made of it. */
import { SYSTEM_CLOCK } from "../../session/runtime/clock.ts";
import { type Ended, ViewerRuntime } from "../../session/runtime/viewer_runtime.ts";
import { type OpenStream, openStream } from "../../session/services/service_stream.ts";
import { networkAddresses } from "../../transport/native/addresses.ts";
import { watchAddresses } from "../network/address_watch.ts";
import { openRtc, worsener } from "../network/rtc.ts";
import { Failure } from "../process/failure.ts";
import { aborted } from "../process/wait.ts";
import type { OpenLog } from "../report/log.ts";
import { joinSession } from "./join_peering.ts";
import type { CompletePeer } from "./join_secret.ts";

/** A window that nobody looks at. */
const NO_WINDOW = { cols: 80, rows: 24 };

/** One joined session without a terminal. */
export class ServicesJoin implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #runtime: ViewerRuntime;
  readonly #welcomed = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<never>();

  /** @param say a line for the person, such as what is waited for; null: nothing any more */
  private constructor(
    private readonly options: CompletePeer,
    private readonly logs: OpenLog,
    private readonly say: (words: string | null) => void,
  ) {
    this.#over.promise.catch(() => {});
    const { log } = logs;
    this.#runtime = this.#stack.use(
      new ViewerRuntime(
        {
          show: () => Promise.resolve(),
          replace: () => Promise.resolve(),
          welcomed: () => this.#welcomed.resolve(),
          notice: (text) => say(text),
          quiet: (words) => say(words),
          ended: (ended) => this.#over.reject(endOf(ended)),
          log: (words) => log("debug", words),
        },
        {
          name: options.name ?? "",
          singleChannel: options.forceSingleChannel,
          lateTimers: false,
          screen: false,
        },
        NO_WINDOW,
        SYSTEM_CLOCK,
      ),
    );
  }

  /**
   * Joins; settles when the host has let us in.
   * @throws {Failure} if it does not, or what `stop` was aborted with
   */
  static async open(
    options: CompletePeer,
    logs: OpenLog,
    say: (words: string | null) => void,
    stop: AbortSignal,
  ): Promise<ServicesJoin> {
    const join = new ServicesJoin(options, logs, say);
    try {
      await join.#connect(stop);
      return join;
    } catch (error) {
      await join[Symbol.asyncDispose]();
      throw stop.aborted ? stop.reason : error;
    }
  }

  /** Rejects with a {@link Failure} when the session ends. */
  get over(): Promise<never> {
    return this.#over.promise;
  }

  /** Opens a stream at the host. */
  readonly open: OpenStream = (service, head) => openStream(this.#runtime, service, head);

  /** Leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#runtime.leave();
    await this.#stack.disposeAsync();
  }

  async #connect(stop: AbortSignal): Promise<void> {
    const { options, logs: { log } } = this;
    const rtc = await openRtc(options, log);
    if (rtc) this.#stack.defer(() => rtc.close());
    const worsen = worsener(options);
    const way = this.#stack.use(
      await joinSession(options, rtc, log, {
        link: (link) => this.#runtime.attach(worsen(link)),
        waiting: (why) => {
          this.#runtime.wait(why);
          this.say(`Waiting: ${why}`);
        },
        over: (failure) => this.#over.reject(failure),
      }, stop),
    );
    this.#runtime.follow(way);
    this.#stack.use(watchAddresses(networkAddresses, () => this.#runtime.moved()));
    await Promise.race([this.#welcomed.promise, this.#over.promise, aborted(stop)]);
    stop.throwIfAborted();
    this.say(null);
  }
}

function endOf(ended: Ended): Failure {
  switch (ended.kind) {
    case "exited":
      return new Failure({ what: "The session ended: its command is over" });
    case "ended":
      return new Failure({ what: `The session ended: ${ended.why}` });
    case "lost":
      return new Failure({ what: ended.why, hint: "Ask for a new code" });
    case "left":
      return new Failure({ what: "The session was left" });
  }
}
