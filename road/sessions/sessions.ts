/** The sessions of this node, by id. */
import type { Context } from "../context.ts";
import { Refused } from "../refused.ts";
import { Session } from "./session.ts";

/** The sessions that this node holds. */
export class Sessions {
  readonly #byId = new Map<string, Session>();

  /** Called with the id of each session that ended (not of those that {@link drop} forgets). */
  onended: ((id: string) => void) | null = null;

  constructor(readonly context: Context) {}

  /** Sessions of this node. */
  get size(): number {
    return this.#byId.size;
  }

  /** The session with this id. */
  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  /** All sessions. */
  values(): IterableIterator<Session> {
    return this.#byId.values();
  }

  /** Throws {@link Refused} `full` if there is no room for another session. */
  room(): void {
    const { settings, metrics } = this.context;
    if (this.size < settings.limits.sessions) return;
    metrics.count("limits", "sessions");
    throw new Refused(
      "full",
      `this road has ${this.size} sessions, the most it takes`,
      "try again later, or use another road",
    );
  }

  /** Opens a session; `claimed` if a host brings it from before a restart. Throws {@link Refused} `full`. */
  open(id: string, tokenHash: Uint8Array, claimed = false): Session {
    this.room();
    const { metrics, log } = this.context;
    const session = new Session(id, tokenHash, this.context, () => {
      this.#byId.delete(id);
      this.onended?.(id);
    });
    this.#byId.set(id, session);
    metrics.count("sessions_opened", claimed ? "claimed" : "new");
    log.say({ event: "session_opened", session: id, claimed });
    return session;
  }

  /** Takes over a session of a node that is gone: its host and its viewers are expected to reconnect. Throws {@link Refused} `full`. */
  adopt(id: string, tokenHash: Uint8Array): Session {
    const session = this.open(id, tokenHash, true);
    session.await();
    return session;
  }

  /** Another node holds the session now: tells its peers to join again. */
  handOver(id: string): void {
    const session = this.#byId.get(id);
    if (session === undefined) return;
    this.#byId.delete(id);
    session.move(0);
    session.drop();
  }

  /** Forgets all sessions without telling their peers. */
  drop(): void {
    for (const session of this.#byId.values()) session.drop();
    this.#byId.clear();
  }
}
