/** The viewers of a host that were let in, and what each of them may do. As many as the host lets in. Pure. */
import type { Role } from "../../frames/link_frames.ts";
import { grantOf, type Member } from "./grant.ts";

/** The viewers of a host, with what each is allowed to do. */
export class Roster implements Iterable<Member> {
  readonly #members = new Map<string, Member>();

  get(peer: string): Member | undefined {
    return this.#members.get(peer);
  }

  /** Adds one with what the role of its code begins with. */
  add(peer: string, name: string, role: Role): Member {
    const member: Member = { peer, name, grant: grantOf(role) };
    this.#members.set(peer, member);
    return member;
  }

  /** Returns the one that was there. */
  remove(peer: string): Member | undefined {
    const member = this.#members.get(peer);
    this.#members.delete(peer);
    return member;
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values();
  }
}
