/** Watches a viewer's link: asks for another one when it goes quiet, and says so to the person. */
import { linkWords } from "../../session/viewer/link_words.ts";
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
  #told: string | null = null;
  readonly #addresses: AddressWatch;

  constructor(private readonly options: LivenessOptions) {
    // The join itself has asked for the first link.
    options.session.linkRequests.begin(options.now());
    this.#addresses = new AddressWatch(options.addresses);
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #look(): void {
    const { session, renew, waiting, silent, now } = this.options;
    const { linkRequests } = session;
    const at = now();
    this.#tell(linkWords(session, at, waiting()));
    silent(linkRequests.silence(at), linkRequests.late(at));
    if (this.#addresses.moved()) {
      linkRequests.requested(at);
      return renew("our address changed", true);
    }
    const why = waiting() === undefined ? linkRequests.due(at) : null;
    if (why !== null) renew(why, false);
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
