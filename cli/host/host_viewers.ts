/** The viewers of a host, from login to session, with the lines and events for people and scripts. */
import type { Member } from "../../session/roster/grant.ts";
import { roleOf } from "../../session/roster/grant.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import { remarkable } from "../../transport/auth/guess_limit.ts";
import type { Link } from "../../transport/link.ts";
import type { HostPeers } from "../../transport/peer/host_peers.ts";
import type { HostEvent } from "../report/events.ts";
import { quotedName } from "./approval_prompt.ts";

/** More wrong secrets than a person's typing errors. */
const MANY = 5;
/** Names longer than this are cut in the line about a join, in columns. */
const NAME_ROOM = 24;
const DEPARTED: Readonly<Record<string, string>> = { lost: "was lost" };

export interface HostViewersOptions {
  readonly peers: HostPeers;
  readonly runtime: HostRuntime;
  /** Makes a link worse, for `--simulate-loss` and `--simulate-delay`. */
  readonly worsen: (link: Link) => Link;
  readonly tell: (event: HostEvent) => void;
  /** A line for the host's person, and for all viewers. */
  readonly notice: (words: string) => void;
  /** One line for the host's person: who joined or left. */
  readonly passing: (words: string) => void;
}

/** The viewers of a host, with the events and log lines about them. */
export class HostViewers {
  readonly #first = Promise.withResolvers<void>();
  /** Viewers whose join was announced. */
  readonly #here = new Set<string>();

  /** Lets viewers in from now on. */
  constructor(private readonly options: HostViewersOptions) {
    const { peers, runtime, worsen } = options;
    runtime.listen({
      joined: (member) => this.#joined(member),
      linked: (member, link) => this.#linked(member, link),
      left: (member, reason) => this.#left(member, reason),
      granted: (member) => this.#granted(member),
      kicked: ({ peer }, reason) => this.options.tell({ event: "kick", peer, reason }),
    });
    peers.listen({
      joined: (viewer) => runtime.join(viewer, { close: (why) => peers.kick(viewer.peer, why) }),
      link: (peer, link) => runtime.attach(peer, worsen(link)),
      left: (peer, reason) => runtime.leave(peer, reason),
      guess: (failures) => this.#guessed(failures),
    });
  }

  /** Settles when the first viewer's link is open. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  #joined({ peer, name, grant }: Member): void {
    this.options.tell({ event: "peer_joined", peer, role: roleOf(grant), ...(name !== "" && { name }) });
  }

  #linked({ peer, name, grant }: Member, { path }: Link): void {
    this.options.tell({ event: "path", peer, path });
    this.#first.resolve();
    if (this.#here.has(peer)) return;
    this.#here.add(peer);
    const can = roleOf(grant) === "write" ? "type" : "watch";
    this.options.passing(`${named(name)} joined and can ${can} (${this.#count})`);
  }

  #left({ peer, name }: Member, reason: string): void {
    if (this.#here.delete(peer)) {
      this.options.passing(`${named(name)} ${DEPARTED[reason] ?? "left"} (${this.#count})`);
    }
    this.options.tell({ event: "peer_left", peer, reason });
  }

  #granted({ peer, name, grant }: Member): void {
    const role = roleOf(grant);
    this.options.tell({ event: "grant", peer, can: [...grant] });
    this.options.passing(`${named(name)} can ${role === "write" ? "type" : "watch"} now`);
  }

  get #count(): string {
    return `${this.#here.size} ${this.#here.size === 1 ? "viewer" : "viewers"}`;
  }

  #guessed(failures: number): void {
    if (!remarkable(failures)) return;
    this.options.tell({ event: "guesses", failures });
    // A person who mistypes need not be reported.
    if (failures >= MANY) this.options.notice(`${failures} wrong secrets so far: someone may be guessing`);
  }
}

/** A viewer in a line for the host's person. */
export function named(name: string): string {
  return quotedName(name, NAME_ROOM, "Someone");
}
