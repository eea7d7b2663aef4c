/** What the host's person was asked about viewers and has answered: once a viewer and thing. */
import { ServiceError } from "../../session/streams/service_error.ts";

/** What is asked for: `what` ends the sentence "NAME wants to …". */
export interface Wish {
  readonly peer: string;
  readonly kind: "forward" | "files";
  readonly what: string;
  /** The same for a narrow window. */
  readonly short: string;
}

/** This one; all of this kind, for this viewer; no; the question vanished before it was answered. */
export type Permission = "once" | "always" | "no" | "gone";

/** Asks the person; the question vanishes when `gone` is aborted. */
export type AskPerson = (wish: Wish, gone: AbortSignal) => Promise<Permission>;

/** Answers that are remembered for one viewer. */
const MAX_ANSWERS = 256;

/** What one viewer was allowed or refused, or is being asked for. */
interface Answers {
  readonly always: Set<Wish["kind"]>;
  readonly single: Map<string, Promise<Permission>>;
}

/** The questions to one host's person, and the answers. */
export class Permissions {
  readonly #answers = new Map<string, Answers>();

  /** @param person absent: nobody is there, so the answer is no */
  constructor(private readonly person: AskPerson | undefined) {}

  /** Whether there is a person to ask. */
  get asks(): boolean {
    return this.person !== undefined;
  }

  /**
   * Settles if the viewer may. The person is asked once; who wants the same meanwhile waits for that answer, and a refusal stays in force.
   * @throws {ServiceError} `denied`; what `gone` was aborted with
   */
  async ask(wish: Wish, gone: AbortSignal): Promise<void> {
    const { person } = this;
    if (!person) {
      throw new ServiceError(
        "denied",
        "nobody is at the host to ask; it can allow it by --forward or --files",
      );
    }
    const { always, single } = this.#of(wish.peer);
    for (;;) {
      gone.throwIfAborted();
      if (always.has(wish.kind)) return;
      let asked = single.get(wish.what);
      if (!asked) {
        if (single.size >= MAX_ANSWERS) throw new ServiceError("denied", "too many things were asked for");
        asked = person(wish, gone);
        single.set(wish.what, asked);
      }
      const answer = await asked;
      if (answer === "always") always.add(wish.kind);
      if (answer === "always" || answer === "once") return;
      if (answer === "no") throw new ServiceError("denied", "the host's person said no");
      // Who was asked for went away: the question is free for another.
      if (single.get(wish.what) === asked) single.delete(wish.what);
    }
  }

  /** The viewer is gone. */
  forget(peer: string): void {
    this.#answers.delete(peer);
  }

  #of(peer: string): Answers {
    const there = this.#answers.get(peer);
    if (there) return there;
    const made: Answers = { always: new Set(), single: new Map() };
    this.#answers.set(peer, made);
    return made;
  }
}
