/** A stream that is opened again after it was reset, a while later each time. */
import type { Clock } from "../../runtime/clock.ts";
import { ServiceError, serviceError } from "../../streams/service_error.ts";
import type { ServiceStream } from "../service_stream.ts";

/** The first wait before a stream is opened again, and the longest; ms. Each reset doubles it. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 15_000;
/** A stream that lasted so long begins with the first wait again, ms. */
const LASTED = 10_000;
/** Codes after which another try has the same end. */
const FINAL: ReadonlySet<string> = new Set(["denied", "service", "no-service", "head", "session", "unknown"]);

export interface KeptStreamOptions {
  /** @throws {ServiceError} */
  open(): ServiceStream;
  /** Works with a stream until that ends; it is over when this settles. */
  run(stream: ServiceStream): Promise<void>;
  /** It is over; `again`: ms until the next try, undefined if there is none. */
  lost(error: ServiceError, again: number | undefined): void;
}

/** Keeps one stream open until it is closed. */
export class KeptStream {
  #wait = FIRST_WAIT;
  #stream: ServiceStream | undefined;
  #cancel: (() => void) | undefined;
  #wanted = false;

  constructor(private readonly options: KeptStreamOptions, private readonly clock: Clock) {}

  /** Opens it, if it is not. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#wait = FIRST_WAIT;
    void this.#run();
  }

  /** Closes it, and opens it no more. */
  stop(): void {
    this.#wanted = false;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#stream?.reset(new ServiceError("gone", "not needed any more"));
    this.#stream = undefined;
  }

  async #run(): Promise<void> {
    this.#cancel = undefined;
    const openedAt = this.clock.now();
    let stream: ServiceStream | undefined;
    let fault = new ServiceError("gone", "the host closed it");
    try {
      stream = this.#stream = this.options.open();
      await this.options.run(stream);
    } catch (error) {
      fault = serviceError(error);
    }
    stream?.reset(fault);
    // Stopped, or stopped and started again meanwhile: then this stream is nobody's.
    if (!this.#wanted || stream !== this.#stream) return;
    this.#stream = undefined;
    if (FINAL.has(fault.code)) {
      this.#wanted = false;
      return this.options.lost(fault, undefined);
    }
    if (this.clock.now() - openedAt >= LASTED) this.#wait = FIRST_WAIT;
    const wait = this.#wait;
    this.#wait = Math.min(2 * wait, LONGEST_WAIT);
    this.#cancel = this.clock.after(wait, () => void this.#run());
    this.options.lost(fault, wait);
  }
}
