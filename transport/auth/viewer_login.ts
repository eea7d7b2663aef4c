/** A viewer's side of the login: sends KE1 on request, repeats it if no answer comes, and ends with the key or a refusal. */
import { Backoff } from "../backoff.ts";
import type { Access } from "./join_code.ts";
import { PakeError, ViewerKeyExchange } from "./pake.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** The negotiation number of a login: numbers start again with it. */
const LOGIN = 1;
/**
 * How long a viewer that was in before (or still is) waits before it tries a host again that refused it: the first and the longest wait, in
 * ms. Each try costs the host a guess.
 */
const [TRY_AGAIN, TRY_AGAIN_MOST] = [15_000, 480_000];

export interface ViewerLoginOptions {
  readonly access: Access;
  readonly secret: string;
  readonly session: string;
  readonly timings: typeof PEER_TIMINGS;
  /** Sends a `pake` signal to the host. */
  readonly send: (signal: Signal) => void;
  /** KE3 was sent; the host knows the same `key`. `took`: from KE1 to KE2, in ms. */
  readonly proved: (key: Uint8Array, took: number) => void;
  readonly wrong: () => void;
  /** The host is on the road but does not answer. */
  readonly silent: () => void;
}

/** The login of one viewer to one host. */
export class ViewerLogin {
  readonly #options: ViewerLoginOptions;
  readonly #timers = new Timers();
  readonly #again = new Backoff(TRY_AGAIN, TRY_AGAIN_MOST);
  #pending: ViewerKeyExchange | null = null;
  #begun = 0;
  /** Whether the host is on the road. */
  #here = false;

  constructor(options: ViewerLoginOptions) {
    this.#options = options;
  }

  /** Whether KE1 was sent and its KE2 did not come yet. */
  get pending(): boolean {
    return this.#pending !== null;
  }

  /** Makes a new KE1; the one before becomes invalid. */
  begin(): Signal {
    const { access, secret, session } = this.#options;
    this.#pending = new ViewerKeyExchange(access, secret, session);
    this.#begun = performance.now();
    return { kind: "pake", negotiation: LOGIN, data: this.#pending.hello };
  }

  /** The host is on the road: sends KE1 unless one is pending, and expects an answer. */
  start(): void {
    const { timings, send, silent } = this.#options;
    this.#here = true;
    // The road keeps signals for a host that is away; a second KE1 would cost a guess.
    if (this.#pending === null) send(this.begin());
    this.#timers.set("all", timings.logins, () => {
      this.cancel();
      silent();
    });
    const again = () => {
      send(this.begin());
      this.#timers.set("again", timings.login, again);
    };
    this.#timers.set("again", timings.login, again);
  }

  /** Does the same after `wait` ms if the host is on the road then; the default wait grows each time. */
  retryIn(wait: number = this.#again.next()): void {
    this.cancel();
    this.#timers.set("later", wait, () => this.#here && this.start());
  }

  /** The host is on the road, and the viewer has its keys already. */
  hostPresent(): void {
    this.#here = true;
  }

  /** The host left the road: no answer is expected. */
  hostAbsent(): void {
    this.#here = false;
    this.#timers.clearAll();
  }

  /** Handles KE2. */
  receive(data: string): void {
    const login = this.#pending;
    if (login === null) return;
    const took = performance.now() - this.#begun;
    this.cancel();
    let done: ReturnType<ViewerKeyExchange["finish"]>;
    try {
      done = login.finish(data);
    } catch (error) {
      if (!(error instanceof PakeError)) throw error;
      return this.#options.wrong();
    }
    this.#again.reset();
    this.#options.send({ kind: "pake", negotiation: LOGIN, data: done.ke3 });
    this.#options.proved(done.key, took);
  }

  /** Drops the pending KE1 and every timer. */
  cancel(): void {
    this.#timers.clearAll();
    this.#pending = null;
  }
}
