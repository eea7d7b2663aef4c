/** A viewer inside of the session that it would show: each picture would be in the next, for ever. It is refused, or ended when it is seen. */
import { Buffer } from "node:buffer";
import { Failure } from "./failure.ts";

/** Sessions around a shell that are remembered: nobody nests more. */
const MAX_NESTED = 8;
/** An OSC that no terminal knows, and all pass over. */
const MARK = "\x1b]7717;";
/** The first picture may come before the mark has gone round, or take its place: it is written more often than once; ms. */
const MARK_EVERY = 700;
const MARKS = 4;

/** The value of `BEACH_SESSION` in the shell of `session`: its id, then those of the sessions around it. */
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

/** Notices by a mark of its own that what a viewer writes comes back in the session: through `ssh`, say, where no variable tells. */
export class OwnMark implements Disposable {
  readonly #mark = MARK + crypto.randomUUID();
  #timer: ReturnType<typeof setInterval> | undefined;
  #left = 0;

  /** @param found is called once; it gets what to tell the person */
  constructor(
    private readonly session: string,
    private readonly write: (text: string) => void,
    private readonly found: (failure: Failure) => void,
  ) {}

  /** The session is on the screen. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.#left = MARKS;
    this.#timer = setInterval(() => this.#again(), MARK_EVERY);
    this.#again();
  }

  /** Looks at output of the session. */
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
