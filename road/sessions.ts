/** The sessions of this node, by id. */
import type { Context } from "./context.ts";
import { Refused } from "./refused.ts";
import { newSessionId } from "./secrets.ts";
import { Session } from "./session.ts";

export class Sessions {
  readonly #byId = new Map<string, Session>();

  constructor(readonly context: Context) {}

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  values(): IterableIterator<Session> {
    return this.#byId.values();
  }

  /** Opens a session, under `claimed` if a host brings its id from before a restart. Throws {@link Refused} `full`. */
  open(tokenHash: Uint8Array, claimed?: string): Session {
    const { settings, metrics, log } = this.context;
    if (this.size >= settings.limits.sessions) {
      throw new Refused(
        "full",
        `this road has ${this.size} sessions, the most it takes`,
        "try again later, or use another road",
      );
    }
    const id = claimed ?? newSessionId(this.size, (id) => this.#byId.has(id));
    const session = new Session(id, tokenHash, this.context, () => this.#byId.delete(id));
    this.#byId.set(id, session);
    metrics.count("sessions_opened", claimed === undefined ? "new" : "claimed");
    log.say({ event: "session_opened", session: id, claimed: claimed !== undefined });
    return session;
  }

  /** Forgets all without a word to anyone. */
  drop(): void {
    for (const session of this.#byId.values()) session.drop();
    this.#byId.clear();
  }
}
