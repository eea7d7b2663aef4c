/**
 * How many connections there may be, in all and of one address, and which one gives way: the oldest on which nothing is going on, else the
 * oldest that has not got all of its answer. A process that can open no more files stops accepting for good, or dies, so there must always
 * be some left.
 */
import { clientAddress, limitKey } from "../client_address.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { OpenFiles } from "../config/options.ts";

/** The part of a TCP or TLS socket that matters here. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  destroy(): unknown;
  write(text: string, done: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** What all connections of one address may have of those that there may be: the rest is for others. */
const SHARE_OF_ONE = 3 / 4;
/** Below this nobody could join: a host's own connection, and a viewer's. */
const LEAST = 2;
/** How deep in debt an address must be, as a part of its burst, until not even its connections are taken. */
const DEEP = 0.95;
/** What others may open before they are counted again: a name that is looked up, a connection to a viewer that is made anew. */
const MARGIN = 8;
/** Accepted before anybody could count, as a part of the files that are left; and what the system takes at most. */
const BACKLOG_SHARE = 1 / 4;
const MOST_BACKLOG = 511;
/** Open files are counted again after so long, in ms: a list of 20,000 takes 5 ms. */
const COUNT_AGAIN = 1_000;
/** A full road says so no more often, in ms. */
const SAY_AGAIN = 10_000;

interface Entry {
  readonly socket: Connection;
  readonly from: Of;
}

const REASON = JSON.stringify({
  error: { code: "full", message: "this road takes no more connections now" },
});
const FULL = `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n` +
  `content-length: ${REASON.length}\r\nconnection: close\r\n\r\n${REASON}`;

/** Connections that may give way, oldest first. */
class Yielding {
  /** Nothing is going on. */
  readonly waiting = new Set<Entry>();
  /** A request is answered, perhaps to somebody who does not read. */
  readonly asking = new Set<Entry>();

  get oldest(): Entry | undefined {
    const [waiting] = this.waiting;
    const [asking] = this.asking;
    return waiting ?? asking;
  }
}

/** The connections of one address. */
class Of extends Yielding {
  count = 0;
}

export class Connections {
  /** By address and port of the far end: a TLS socket has those of the TCP socket below it. */
  readonly #byEnd = new Map<string, Entry>();
  readonly #byAddress = new Map<string, Of>();
  /** Of all addresses. */
  readonly #all = new Yielding();
  readonly #files: OpenFiles | undefined;
  /** What is kept for others: all that they had at the start, and what they were promised. */
  readonly #kept: number;
  /** What they have open now. */
  #others = 0;
  #countedAt = -Infinity;
  #saidAt = -Infinity;
  #refused = 0;
  /** How many were ever accepted. */
  accepted = 0;
  /** How many the system may hold ready: all of them become open files in one turn of the event loop, before one can be refused. */
  readonly backlog: number;

  constructor(readonly context: Context) {
    const files = this.#files = context.settings.files;
    this.#kept = files === undefined ? 0 : files.used() + files.spared;
    const left = files === undefined ? Infinity : files.limit - this.#kept;
    this.backlog = Math.max(LEAST, Math.min(Math.floor(left * BACKLOG_SHARE), MOST_BACKLOG));
  }

  get open(): number {
    return this.#byEnd.size;
  }

  /** How many there may be now. */
  get most(): number {
    const { connections } = this.context.settings.limits;
    if (this.#files === undefined) return connections;
    const now = steady();
    if (now - this.#countedAt >= COUNT_AGAIN) {
      this.#others = this.#files.used() - this.open + MARGIN;
      this.#countedAt = now;
    }
    const left = this.#files.limit - Math.max(this.#kept, this.#others) - this.backlog;
    return Math.max(LEAST, Math.min(connections, left));
  }

  /** A connection was accepted; it is destroyed where there is no room for it. */
  enter(socket: Connection): void {
    this.accepted++;
    const end = endOf(socket);
    const address = limitKey(clientAddress(socket.remoteAddress ?? "", undefined, false));
    const from = this.#byAddress.get(address) ?? new Of();
    if (this.#spent(address) || !this.#room(from)) return this.#turnAway(socket);
    const entry: Entry = { socket, from };
    this.#byAddress.set(address, from);
    from.count++;
    this.#byEnd.set(end, entry);
    this.#move(entry, "waiting");
    socket.once("close", () => {
      this.#move(entry);
      if (this.#byEnd.get(end) === entry) this.#byEnd.delete(end);
      if (--from.count === 0) this.#byAddress.delete(address);
    });
  }

  /** What goes on on a connection now; nothing said: it is a socket, and gives way to none. */
  now(socket: Connection, state?: "waiting" | "asking"): void {
    const entry = this.#byEnd.get(endOf(socket));
    if (entry !== undefined) this.#move(entry, state);
  }

  /** Whether an address owes so many requests that none of its next would be answered: reading them would only cost. */
  #spent(address: string): boolean {
    const { http, settings: { trustProxy, limits }, metrics } = this.context;
    if (trustProxy) return false;
    const now = steady();
    if (http.bucket(address, now).level(now) > -limits.http.burst * DEEP) return false;
    metrics.count("limits", "http");
    return true;
  }

  /** Whether there is room for one more; another may have been destroyed for it. */
  #room(from: Of): boolean {
    const { settings: { limits, trustProxy } } = this.context;
    const { most } = this;
    // A proxy's connections are those of many people.
    const each = trustProxy ? most : Math.min(limits.connectionsEach, Math.ceil(most * SHARE_OF_ONE));
    const full = this.open >= most;
    if (!full && from.count < each) return true;
    this.#say(full ? "connections" : "connections_address", most);
    const { oldest } = from.count >= each ? from : this.#all;
    if (oldest === undefined) return false;
    this.#move(oldest);
    oldest.socket.destroy();
    return true;
  }

  /** Without a look at what was asked: a request that is waited for would hold the file. */
  #turnAway(socket: Connection): void {
    if (this.context.settings.tls !== undefined) return void socket.destroy();
    socket.write(FULL, () => socket.destroy());
  }

  #move(entry: Entry, state?: "waiting" | "asking"): void {
    for (const place of [this.#all, entry.from]) {
      place.waiting.delete(entry);
      place.asking.delete(entry);
      if (state !== undefined) place[state].add(entry);
    }
  }

  #say(limit: "connections" | "connections_address", most: number): void {
    const { metrics, log } = this.context;
    metrics.count("limits", limit);
    this.#refused++;
    const now = steady();
    if (now - this.#saidAt < SAY_AGAIN) return;
    this.#saidAt = now;
    log.say({ event: "connections_full", limit, open: this.open, most, refused: this.#refused });
  }
}

function endOf({ remoteAddress = "", remotePort = 0 }: Connection): string {
  return `${remoteAddress} ${remotePort}`;
}
