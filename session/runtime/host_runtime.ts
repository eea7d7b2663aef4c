/**
 * What one host shares, as an object: the command, a control socket, and tests hold it. It lets viewers in, carries their links, keeps what each may
 * do, and ends. It sees links and never how they come up: who lets viewers in (`transport/peer/`) tells it, and gives it the means to end one.
 */
import type { Role } from "../../frames/link_frames.ts";
import type { Size } from "../../frames/size.ts";
import type { ExitStatus } from "../../frames/screen_state.ts";
import type { Link } from "../../transport/link.ts";
import { Listeners } from "../../transport/listeners.ts";
import type { DesktopTaker, HostIo } from "../host/host_io.ts";
import { type HostOptions, HostSession } from "../host/host_session.ts";
import type { HostService, HostWatch } from "../host/viewer_streams.ts";
import { type Grant, may, type Member, NOTHING, type Verb } from "../roster/grant.ts";
import { Roster } from "../roster/roster.ts";
import { hostNumbers, type SessionNumbers } from "../stats.ts";
import type { Clock } from "./clock.ts";
import { type Due, SessionTimer } from "./session_timer.ts";

/** A viewer that falls silent makes no event: how often the end looks whether it is still heard, ms. */
const LOOK_AGAIN = 250;
/** What is said to a viewer that is shown out has so long to reach it, ms: more than a round trip of a long way. */
const LAST_WORDS = 1000;

const TYPES_NOW = "The host lets you type now";
const WATCHES_NOW = "The host lets you only watch now: what you type goes nowhere";

/** The longest reason that the sealed signalling carries, characters. */
const MAX_WHY = 200;

/** What the leaf gives: its program and its emulator. */
export type HostRuntimeIo = Omit<HostIo, "now" | "changed" | "watch">;

/** A viewer that has proved a secret and was let in. */
export interface Admitted {
  readonly peer: string;
  readonly name: string;
  /** Of the code that it joined by. */
  readonly role: Role;
}

/** How a viewer came in: by it the host ends it. */
export interface Entry {
  /** Closes its links and forgets its keys; {@link HostRuntime.leave} follows. */
  close(why: string): void;
}

export interface HostRuntimeEvents {
  joined(member: Member): void;
  /** A link to it is open; it replaces the one before. */
  linked(member: Member, link: Link): void;
  left(member: Member, why: string): void;
  /** It may do something else from now on: {@link Member.grant}. */
  granted(member: Member): void;
  /** The host shows it out; it leaves within a moment. */
  kicked(member: Member, why: string): void;
  /** It has opened a stream, which has ended, or asked for a service that is not here ({@link HostWatch}). */
  readonly streamOpened: HostWatch["opened"];
  readonly streamClosed: HostWatch["closed"];
  readonly streamRefused: HostWatch["refused"];
  readonly typed: HostWatch["typed"];
}

/** A host's session as its commands and tests use it. */
export class HostRuntime implements Due, Disposable {
  /** The terminal. */
  readonly session: HostSession;
  readonly #roster = new Roster();
  readonly #entries = new Map<string, Entry>();
  /** What a viewer must be allowed for each service. */
  readonly #verbs = new Map<string, Verb>();
  readonly #events = new Listeners<HostRuntimeEvents>();
  readonly #timer: SessionTimer;
  readonly #shown = Promise.withResolvers<void>();
  #ended = false;
  readonly #watch: HostWatch = {
    opened: (...about) => this.#events.emit((to) => to.streamOpened?.(...about)),
    closed: (...about) => this.#events.emit((to) => to.streamClosed?.(...about)),
    refused: (...about) => this.#events.emit((to) => to.streamRefused?.(...about)),
    typed: (...about) => this.#events.emit((to) => to.typed?.(...about)),
  };

  constructor(io: HostRuntimeIo, options: HostOptions, private readonly clock: Clock) {
    this.#timer = new SessionTimer(this, clock);
    this.session = new HostSession(
      { ...io, now: () => clock.now(), changed: this.#timer.changed, watch: this.#watch },
      options,
    );
  }

  /** Adds a listener; the result removes it. */
  listen(events: Partial<HostRuntimeEvents>): () => void {
    return this.#events.add(events);
  }

  /** All that were let in. */
  get members(): Iterable<Member> {
    return this.#roster;
  }

  /** One that was let in. */
  member(peer: string): Member | undefined {
    return this.#roster.get(peer);
  }

  /** How many have a link now. */
  get present(): number {
    return [...this.session.viewers.values()].filter((viewer) => viewer.link).length;
  }

  /** Lets a viewer in; its links follow. */
  join({ peer, name, role }: Admitted, entry: Entry): void {
    const member = this.#roster.add(peer, name, role);
    this.#entries.set(peer, entry);
    this.#events.emit((to) => to.joined?.(member));
  }

  /** A link to a viewer that was let in; one that left meanwhile takes its link along. */
  attach(peer: string, link: Link): void {
    const member = this.#roster.get(peer);
    if (!member || !may(member.grant, "look")) return;
    this.session.attach(member, link);
    this.#events.emit((to) => to.linked?.(member, link));
  }

  /** Whether a viewer has heard something that was said to it after `time` (`Header.time`): one of its links works. */
  heardSince(peer: string, time: number): boolean {
    return this.session.viewers.get(peer)?.links.heardSince(time) ?? false;
  }

  /** It is gone for good. */
  leave(peer: string, why: string): void {
    const member = this.#roster.remove(peer);
    this.#entries.delete(peer);
    this.session.remove(peer);
    if (member) this.#events.emit((to) => to.left?.(member, why));
  }

  /**
   * What it may do from its next message on, of which it is told; false if nobody is called that. Who may not even look is shown out ({@link
   * kick}).
   */
  grant(peer: string, grant: Grant): boolean {
    if (!may(grant, "look")) return this.kick(peer, "the host took its grant back");
    const member = this.#roster.get(peer);
    if (!member) return false;
    const loses = (verb: Verb) => may(member.grant, verb) && !may(grant, verb);
    const viewer = this.session.viewers.get(peer);
    const gains = !may(member.grant, "type") && may(grant, "type");
    viewer?.streams.reset("denied", "the host took its grant back", (service) => {
      const verb = this.#verbs.get(service);
      return verb !== undefined && loses(verb);
    });
    const line = loses("type") ? WATCHES_NOW : gains ? TYPES_NOW : undefined;
    const lost = (["type", "desktop"] as const).filter(loses);
    member.grant = grant;
    for (const verb of lost) viewer?.input.lost(verb);
    viewer?.notices.granted();
    this.#events.emit((to) => to.granted?.(member));
    if (line !== undefined) viewer?.notices.line(line);
    return true;
  }

  /**
   * Shows a viewer out, and tells it why, in a line; false if nobody is called that. From now on it gets and types nothing. Its code is replaced by who lets viewers in.
   */
  kick(peer: string, reason: string): boolean {
    const why = reason.slice(0, MAX_WHY);
    const member = this.#roster.get(peer);
    const entry = this.#entries.get(peer);
    if (!member || !entry) return false;
    member.grant = NOTHING;
    this.#events.emit((to) => to.kicked?.(member, why));
    const viewer = this.session.viewers.get(peer);
    const link = viewer?.link;
    viewer?.bye(why);
    this.session.remove(peer);
    // Links that close drop what is on its way.
    const enough = Promise.withResolvers<void>();
    const stop = link ? this.clock.after(LAST_WORDS, enough.resolve) : enough.resolve();
    void Promise.race([enough.promise, link?.closed]).then(() => {
      stop?.();
      if (this.#entries.get(peer) === entry) entry.close(why);
    });
    return true;
  }

  /**
   * Takes the streams that viewers open for the service `name`, of those who may do `verb`. A viewer that loses it loses its streams too.
   */
  serve(name: string, verb: Verb, take: HostService): void {
    this.#verbs.set(name, verb);
    this.session.services.set(name, (stream, head, member) => {
      if (may(member.grant, verb)) take(stream, head, member);
      else stream.reset("denied", "the host lets you only watch");
    });
  }

  /** Gives a desktop to viewers who may use it; to be called before any comes. */
  shareDesktop(taker: DesktopTaker): void {
    this.session.desktop = taker;
  }

  /** Shows every viewer a line. */
  notice(words: string): void {
    this.session.notice(words);
  }

  /** Tells a viewer, if it may forward, that something listens on `port` of this machine. */
  offer(peer: string, port: number): void {
    this.session.offer(peer, port);
  }

  /** What is known of each viewer's link now. */
  numbers(): { readonly of: string; readonly numbers: SessionNumbers }[] {
    const now = this.clock.now();
    return [...this.session.viewers].map(([of, viewer]) => ({ of, numbers: hostNumbers(viewer, now) }));
  }

  get size(): Size {
    return this.session.size;
  }

  /** The command ended, all its output was given. Settles when every viewer that is still heard has shown it. */
  end(status: ExitStatus): Promise<void> {
    this.session.exit(status);
    this.#ended = true;
    this.#timer.changed();
    return this.#shown.promise;
  }

  /** Does what is due; the runtime's own timer calls it. */
  poll(): void {
    this.session.poll();
    if (this.#ended && this.session.allDone) this.#shown.resolve();
  }

  /** The clock's ms. */
  due(): number {
    const looks = this.#ended && !this.session.allDone ? this.clock.now() + LOOK_AGAIN : Infinity;
    return Math.min(this.session.due(), looks);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}
