/**
 * How many connections there may be, in all and of one address, and which one gives way: the oldest on which nothing is going on. A process
 * that can open no more files stops accepting for good, or dies, so there must always be some left.
 */
import { clientAddress, limitKey } from "./address.ts";
import type { Context } from "./context.ts";
import type { OpenFiles } from "./options.ts";

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

/** The connections of one address. */
interface Of {
  count: number;
  /** Those on which nothing is going on, oldest first. */
  readonly waiting: Set<Entry>;
}

export class Connections {
  /** By address and port of the far end: a TLS socket has those of the TCP socket below it. */
  readonly #byEnd = new Map<string, Entry>();
  readonly #byAddress = new Map<string, Of>();
  /** Of all addresses, oldest first. */
  readonly #waiting = new Set<Entry>();
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
    const now = performance.now();
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
    const from = this.#byAddress.get(address) ?? { count: 0, waiting: new Set() };
    if (!this.#room(from)) return this.#turnAway(socket);
    const entry: Entry = { socket, from };
    this.#byAddress.set(address, from);
    from.count++;
    this.#byEnd.set(end, entry);
    this.#wait(entry);
    socket.once("close", () => {
      this.#busy(entry);
      if (this.#byEnd.get(end) === entry) this.#byEnd.delete(end);
      if (--from.count === 0) this.#byAddress.delete(address);
    });
  }

  /** Something is going on on this connection: it gives way to none. */
  busy(socket: Connection): void {
    const entry = this.#byEnd.get(endOf(socket));
    if (entry !== undefined) this.#busy(entry);
  }

  /** Nothing is going on any more. */
  idle(socket: Connection): void {
    const entry = this.#byEnd.get(endOf(socket));
    if (entry !== undefined) this.#wait(entry);
  }

  /** Whether there is room for one more; the oldest on which nothing is going on may have been destroyed for it. */
  #room(from: Of): boolean {
    const { settings: { limits, trustProxy } } = this.context;
    const { most } = this;
    // A proxy's connections are those of many people.
    const each = trustProxy ? most : Math.min(limits.connectionsEach, Math.ceil(most * SHARE_OF_ONE));
    const full = this.open >= most;
    if (!full && from.count < each) return true;
    this.#say(full ? "connections" : "connections_address", most);
    const [oldest] = from.count >= each ? from.waiting : this.#waiting;
    if (oldest === undefined) return false;
    this.#busy(oldest);
    oldest.socket.destroy();
    return true;
  }

  /** Without a look at what was asked: a request that is waited for would hold the file. */
  #turnAway(socket: Connection): void {
    if (this.context.settings.tls !== undefined) return void socket.destroy();
    socket.write(FULL, () => socket.destroy());
  }

  #busy(entry: Entry): void {
    entry.from.waiting.delete(entry);
    this.#waiting.delete(entry);
  }

  #wait(entry: Entry): void {
    entry.from.waiting.add(entry);
    this.#waiting.add(entry);
  }

  #say(limit: "connections" | "connections_address", most: number): void {
    const { metrics, log } = this.context;
    metrics.count("limits", limit);
    this.#refused++;
    const now = performance.now();
    if (now - this.#saidAt < SAY_AGAIN) return;
    this.#saidAt = now;
    log.say({ event: "connections_full", limit, open: this.open, most, refused: this.#refused });
  }
}

function endOf({ remoteAddress = "", remotePort = 0 }: Connection): string {
  return `${remoteAddress} ${remotePort}`;
}
