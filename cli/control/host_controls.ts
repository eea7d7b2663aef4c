/**
 * What the host's person and their scripts do to a session while it runs: the control socket and the menu share it. Whoever loses what its code
 * gave can't get it back by that code: it is replaced (`transport/README.md`, "Who was shown out, and a locked door").
 */
import {
  type Grant,
  grantOf,
  may,
  type Member,
  roleOf,
  type Verb,
  without,
} from "../../session/roster/grant.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import type { Role } from "../../frames/link_frames.ts";
import type { Path } from "../../transport/link.ts";
import type { HostReady } from "../report/events.ts";

/** A request that the host does not do; a line for the reader. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** What a viewer is made: all that the host allows; one that looks; one without the keyboard, that keeps the rest. */
export const LEVELS = ["write", "view", "mute"] as const;
export type Level = typeof LEVELS[number];

/** The way in, as far as it changes while the session runs. */
export interface ControlledDoor {
  readonly peers: {
    locked: boolean;
    /** The role whose code, as it is now, the viewer came by. */
    opens(peer: string): Role | undefined;
  };
  /** The codes of these roles let nobody in any more; others follow. */
  replace(roles: readonly Role[], why: string): void;
}

export interface ControlledSession {
  readonly runtime: HostRuntime;
  readonly door: ControlledDoor;
  /** `--name`, and the shared command in words. */
  readonly name: string | undefined;
  readonly command: string;
  /** Nobody who joins may type. */
  readonly viewOnly: boolean;
  /** Whether the command was started. */
  readonly running: () => boolean;
  readonly ready: () => HostReady;
  readonly end: () => void;
  /** ms, steady. */
  readonly now: () => number;
}

/** One viewer, for the list. */
export interface ViewerLine {
  readonly peer: string;
  readonly name: string;
  readonly role: Role;
  readonly may: readonly Verb[];
  /** Null while it has no link. */
  readonly path: Path | null;
  /** The smoothed round trip, ms; null if not known. */
  readonly rtt: number | null;
  /** ms since it typed; null: never. */
  readonly typed: number | null;
}

/** A session, for the list. */
export interface SessionLine {
  readonly session: string;
  readonly name: string | null;
  readonly pid: number;
  readonly command: string;
  /** `waiting`: the command was not started; `busy`: it printed in the last seconds. */
  readonly state: "waiting" | "busy" | "idle";
  /** ms since it printed; null: never. */
  readonly quiet: number | null;
  readonly locked: boolean;
  readonly viewers: readonly ViewerLine[];
}

/** A command that printed so recently is busy, ms: longer than a spinner's or a progress bar's pause. */
const BUSY = 5000;
/** Characters of the command in a list. */
const MAX_COMMAND = 200;

/** The controls of one host. */
export class HostControls {
  constructor(private readonly of: ControlledSession) {}

  list(): SessionLine {
    const { runtime, door, name = null, command, running, ready, now } = this.of;
    const printed = since(runtime.session.printedAt, now());
    const quiet = printed === null ? null : Math.round(printed);
    const state = !running() ? "waiting" : printed !== null && printed < BUSY ? "busy" : "idle";
    const { session } = ready();
    const { locked } = door.peers;
    const shown = command.slice(0, MAX_COMMAND);
    const viewers = this.#viewers();
    return { session, name, pid: Deno.pid, command: shown, state, quiet, locked, viewers };
  }

  #viewers(): ViewerLine[] {
    const { runtime, now } = this.of;
    const numbers = new Map(runtime.numbers().map(({ of, numbers }) => [of, numbers.link]));
    return [...runtime.members].map(({ peer, name, grant }) => {
      const link = numbers.get(peer);
      const typed = since(runtime.session.viewers.get(peer)?.typedAt || -Infinity, now());
      return {
        ...{ peer, name, role: roleOf(grant), may: [...grant] },
        path: link?.path ?? null,
        rtt: link?.rtt.smoothed ?? null,
        typed: typed === null ? null : Math.round(typed),
      };
    });
  }

  /** How people join now. */
  get joining(): HostReady {
    return this.of.ready();
  }

  /** Makes a viewer what `level` says. Throws {@link Refused}. */
  grant(who: string, level: Level): ViewerLine {
    const member = this.#member(who);
    if (level === "write" && this.of.viewOnly) {
      throw new Refused("nobody who joins may type: the host was started with --view-only");
    }
    const grant = level === "mute" ? without(member.grant, "type", "desktop") : grantOf(level);
    const { peer } = member;
    this.of.runtime.grant(peer, grant);
    this.#retire(
      peer,
      grant,
      `${level === "mute" ? "Its keyboard" : "What it may do"} was taken from a viewer`,
    );
    return this.#viewers().find((viewer) => viewer.peer === peer)!;
  }

  /** Shows a viewer out; the code that it had lets nobody in any more. Throws {@link Refused}. */
  kick(who: string, why = "the host showed you out"): void {
    const { peer } = this.#member(who);
    const opens = this.of.door.peers.opens(peer);
    this.of.runtime.kick(peer, why);
    if (opens !== undefined) {
      this.of.door.replace([opens], "A viewer was shown out: its code lets in nobody any more");
    }
  }

  /** Lets nobody new in, or does again. */
  lock(locked: boolean): void {
    this.of.door.peers.locked = locked;
  }

  /** Replaces all codes; returns the new ones. */
  codes(): HostReady {
    this.of.door.replace(["write", "view"], "New codes, as you asked: the old ones let in nobody any more");
    return this.of.ready();
  }

  /** Shows all viewers a line. */
  notice(text: string): void {
    this.of.runtime.notice(text);
  }

  stats() {
    return this.of.runtime.numbers().map(({ of: peer, numbers }) => ({ peer, ...numbers }));
  }

  /** Ends the session, with its command. */
  end(): void {
    this.of.end();
  }

  /** The code by which `peer` came gives more than it may do now: nobody is to get that back by it. */
  #retire(peer: string, grant: Grant, why: string): void {
    const role = this.of.door.peers.opens(peer);
    if (role === undefined || [...grantOf(role)].every((verb) => may(grant, verb))) return;
    this.of.door.replace([role], `${why}: the code that it had lets in nobody any more`);
  }

  #member(who: string): Member {
    const all = [...this.of.runtime.members].filter(({ grant }) => may(grant, "look"));
    const one = all.find(({ peer }) => peer === who);
    if (one) return one;
    const named = all.filter(({ name }) => name === who && name !== "");
    if (named.length === 1) return named[0]!;
    const among = (named.length > 1 ? named : all).map(({ peer, name }) =>
      name === "" ? peer : `${peer} (${name})`
    );
    if (named.length > 1) throw new Refused(`several are called ${who}: say which, ${among.join(", ")}`);
    throw new Refused(
      `nobody here is called ${who}${
        all.length === 0 ? ": there is no viewer" : `; here: ${among.join(", ")}`
      }`,
    );
  }
}

function since(at: number, now: number): number | null {
  return at === -Infinity ? null : Math.max(0, now - at);
}
