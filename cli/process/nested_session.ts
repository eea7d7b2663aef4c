/**
 * A viewer inside the session that it would show: each frame would contain the next, without end. It is refused, or ended when it is
 * noticed.
 */
import { Buffer } from "node:buffer";
import { Failure } from "./failure.ts";

/** The most nested sessions that are remembered. */
const MAX_NESTED = 8;
/** An OSC that no terminal knows, and that all ignore. */
const MARK = "\x1b]7717;";
/** The interval of the mark, in ms: the first frame may come before the mark has gone round, or overwrite it, so it is repeated. */
const MARK_EVERY = 700;
const MARKS = 4;

/** The value of `BEACH_SESSION` in the shell of `session`: its id, then the ids of the sessions around it. */
export function sessionsInside(session: string, around: string | undefined): string {
  return [session, ...sessions(around)].slice(0, MAX_NESTED).join(" ");
}

/** Throws {@link Failure} if `session` is one of those that `around` (`BEACH_SESSION`) names. */
export function refuseInside(session: string, around: string | undefined): void {
  if (sessions(around).includes(session)) throw insideItself(session);
}

function sessions(around: string | undefined): string[] {
  return around?.split(" ").filter((id) => id !== "") ?? [];
}

function insideItself(session: string): Failure {
  return new Failure({
    what: "This terminal shows that session already, so it would show itself",
    value: session,
    hint: "Join from another terminal or another machine",
  });
}

/**
 * Notices, by a mark of its own, that the viewer's output comes back in the session: for example through `ssh`, where no variable tells.
 */
export class OwnMark implements Disposable {
  readonly #mark = MARK + crypto.randomUUID();
  #timer: ReturnType<typeof setInterval> | undefined;
  #left = 0;

  /** @param found is called once with the message for the person */
  constructor(
    private readonly session: string,
    private readonly write: (text: string) => void,
    private readonly found: (failure: Failure) => void,
  ) {}

  /** The session is on the screen: starts to write marks. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.#left = MARKS;
    this.#timer = setInterval(() => this.#again(), MARK_EVERY);
    this.#again();
  }

  /** Searches output of the session for the mark. */
  see(bytes: Uint8Array): void {
    if (this.#left === 0 || !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(this.#mark)) {
      return;
    }
    this[Symbol.dispose]();
    this.found(insideItself(this.session));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#left = 0;
  }

  #again(): void {
    if (--this.#left <= 0) return this[Symbol.dispose]();
    this.write(`${this.#mark}\x1b\\`);
  }
}
