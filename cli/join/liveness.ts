/** Watches a viewer's link: asks for another one when it goes quiet, and says so to the person. */
import { LinkWatch } from "../../session/viewer/link_watch.ts";
import { AddressWatch, LOOK } from "../network/address_watch.ts";
import type { ViewerSession } from "../../session/viewer/viewer_session.ts";

export interface LivenessOptions {
  readonly session: ViewerSession;
  /** `moved`: our address changed. */
  readonly renew: (why: string, moved: boolean) => void;
  /** What has to happen at the host before there can be a link; nothing is wrong then. */
  readonly waiting: () => string | undefined;
  /** The addresses of this machine. */
  readonly addresses: () => readonly string[];
  /** Told how long nothing was heard, and since when something should have been, ms: whether to give up is its business. */
  readonly silent: (ms: number, late: number) => void;
  /** Null: all is well again. */
  readonly status: (text: string | null) => void;
  readonly now: () => number;
}

export class Liveness implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #watch: LinkWatch;
  #told: string | null = null;
  readonly #addresses: AddressWatch;

  constructor(private readonly options: LivenessOptions) {
    this.#watch = new LinkWatch(options.session, options.now());
    this.#addresses = new AddressWatch(options.addresses);
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #look(): void {
    const { renew, now } = this.options;
    const at = now();
    const silence = this.#watch.silence(at);
    const fault = this.#watch.fault(at);
    this.#tell(this.#watch.words(at, this.options.waiting()));
    this.options.silent(silence, this.#watch.late(at));
    if (this.#addresses.moved()) {
      this.#watch.askNow(at);
      renew("our address changed", true);
    } else if (fault && this.options.waiting() === undefined && this.#watch.ask(at)) {
      renew(fault === "silent" ? `nothing heard for ${Math.round(silence)} ms` : "the link is gone", false);
    }
  }

  /** Only news: the line may show something else while all is well. */
  #tell(text: string | null): void {
    if (text === this.#told) return;
    this.#told = text;
    this.options.status(text);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
