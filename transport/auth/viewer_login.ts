/** A viewer's side of the PAKE: KE1 when asked, again if no answer comes, and the key or a refusal at the end. */
import { Backoff } from "../backoff.ts";
import type { Access } from "./join_code.ts";
import { PakeError, ViewerLogin } from "./pake.ts";
import type { PEER_TIMINGS } from "../timings.ts";
import type { Signal } from "../schema/signal.ts";
import { Timers } from "../timers.ts";

/** A login begins the numbers of negotiations afresh. */
const LOGIN = 1;
/** Before one that was in, or is, tries a host again that refused it: the first and the longest wait, in ms. Each costs the host a guess. */
const [TRY_AGAIN, TRY_AGAIN_MOST] = [15_000, 480_000];

export interface LoginOptions {
  readonly access: Access;
  readonly secret: string;
  readonly session: string;
  readonly timings: typeof PEER_TIMINGS;
  /** Sends a `pake` signal to the host. */
  readonly send: (signal: Signal) => void;
  /** KE3 is sent; `key` is proved to be the host's too. `took`: from KE1 to KE2, ms. */
  readonly proved: (key: Uint8Array, took: number) => void;
  readonly wrong: () => void;
  /** The host is on the road but does not answer. */
  readonly silent: () => void;
}

export class Login {
  readonly #options: LoginOptions;
  readonly #timers = new Timers();
  readonly #again = new Backoff(TRY_AGAIN, TRY_AGAIN_MOST);
  #pending: ViewerLogin | null = null;
  #begun = 0;
  /** Whether the host is on the road. */
  #here = false;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  get pending(): boolean {
    return this.#pending !== null;
  }

  /** A fresh KE1; the one before is void. */
  begin(): Signal {
    const { access, secret, session } = this.#options;
    this.#pending = new ViewerLogin(access, secret, session);
    this.#begun = performance.now();
    return { kind: "pake", negotiation: LOGIN, data: this.#pending.hello };
  }

  /** The host is on the road: KE1 is sent unless one is on its way, and an answer is due. */
  want(): void {
    const { timings, send, silent } = this.#options;
    this.#here = true;
    // The road keeps what is sent to a host that is away; a second KE1 would cost a guess.
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

  /** The same after `wait` ms, if the host is on the road then; by itself each time later than before. */
  later(wait: number = this.#again.next()): void {
    this.cancel();
    this.#timers.set("later", wait, () => this.#here && this.want());
  }

  /** The host is on the road, but its keys are known. */
  here(): void {
    this.#here = true;
  }

  /** The host went away: no answer is due. */
  away(): void {
    this.#here = false;
    this.#timers.clearAll();
  }

  /** Takes KE2. */
  answer(data: string): void {
    const login = this.#pending;
    if (login === null) return;
    const took = performance.now() - this.#begun;
    this.cancel();
    let done: ReturnType<ViewerLogin["finish"]>;
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

  cancel(): void {
    this.#timers.clearAll();
    this.#pending = null;
  }
}
