/**
 * How many connections there may be, in all and per address, and which one is closed for a new one: the oldest idle one, else the oldest
 * whose answer is not complete. A process that has no file descriptor left stops accepting for good, or dies, so some must always be free.
 */
import { clientAddress, limitKey } from "../client_address.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { OpenFiles } from "../config/options.ts";

/** The part of a TCP or TLS socket that is used here. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  destroy(): unknown;
  write(text: string, done: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** The share of all connections that one address may have: the rest is for other addresses. */
const SHARE_OF_ONE = 3 / 4;
/** With fewer connections nobody could join: the host's own, and one viewer's. */
const LEAST = 2;
/** How much of its burst an address must owe until its connections are refused as well. */
const DEEP = 0.95;
/** Files that other parts may open before they are counted again: for a name lookup, or a viewer's new connection. */
const MARGIN = 8;
/**
 * The size of the listen backlog: a share of the free files (connections are accepted before they can be counted), and the largest that the
 * system allows.
 */
const BACKLOG_SHARE = 1 / 4;
const MOST_BACKLOG = 511;
/** The interval between two counts of open files, in ms: a list of 20,000 takes 5 ms. */
const COUNT_AGAIN = 1_000;
/** The shortest interval between two log lines about a full road, in ms. */
const SAY_AGAIN = 10_000;

interface Entry {
  readonly socket: Connection;
  readonly from: AddressConnections;
}

const REASON = JSON.stringify({
  error: { code: "full", message: "this road takes no more connections now" },
});
const FULL = `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n` +
  `content-length: ${REASON.length}\r\nconnection: close\r\n\r\n${REASON}`;

/** Connections that may be closed for a new one, oldest first. */
class Yielding {
  /** Idle connections. */
  readonly waiting = new Set<Entry>();
  /** Connections with a request that is being answered, perhaps to a client that does not read. */
  readonly asking = new Set<Entry>();

  /** The first one to close. */
  get oldest(): Entry | undefined {
    const [waiting] = this.waiting;
    const [asking] = this.asking;
    return waiting ?? asking;
  }
}

/** The connections of one address. */
class AddressConnections extends Yielding {
  count = 0;
}

/** The open connections of a road. */
export class Connections {
  /** Keyed by address and port of the far end, because a TLS socket shares them with the TCP socket below it. */
  readonly #byEnd = new Map<string, Entry>();
  readonly #byAddress = new Map<string, AddressConnections>();
  /** Of all addresses. */
  readonly #all = new Yielding();
  readonly #files: OpenFiles | undefined;
  /** Files reserved for other parts of the process: those open at the start, and those that they were promised. */
  readonly #kept: number;
  /** Files that other parts have open now. */
  #others = 0;
  #countedAt = -Infinity;
  #saidAt = -Infinity;
  #refused = 0;
  /** Connections accepted since the start. */
  accepted = 0;
  /** The listen backlog: all connections in it become open files in one turn of the event loop, before one can be refused. */
  readonly backlog: number;

  constructor(readonly context: Context) {
    const files = this.#files = context.settings.files;
    this.#kept = files === undefined ? 0 : files.used() + files.spared;
    const left = files === undefined ? Infinity : files.limit - this.#kept;
    this.backlog = Math.max(LEAST, Math.min(Math.floor(left * BACKLOG_SHARE), MOST_BACKLOG));
  }

  /** Connections open now. */
  get open(): number {
    return this.#byEnd.size;
  }

  /** The most connections allowed at this moment. */
  get most(): number {
    const { connections } = this.context.settings.limits;
    if (this.#files === undefined) return connections;
    const setState = steady();
    if (setState - this.#countedAt >= COUNT_AGAIN) {
      this.#others = this.#files.used() - this.open + MARGIN;
      this.#countedAt = setState;
    }
    const left = this.#files.limit - Math.max(this.#kept, this.#others) - this.backlog;
    return Math.max(LEAST, Math.min(connections, left));
  }

  /** Handles an accepted connection; destroys it if there is no room. */
  enter(socket: Connection): void {
    this.accepted++;
    const end = endOf(socket);
    const address = limitKey(clientAddress(socket.remoteAddress ?? "", undefined, false));
    const from = this.#byAddress.get(address) ?? new AddressConnections();
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

  /** Sets the state of a connection; without a state it is a WebSocket and never closed for a new connection. */
  now(socket: Connection, state?: "waiting" | "asking"): void {
    const entry = this.#byEnd.get(endOf(socket));
    if (entry !== undefined) this.#move(entry, state);
  }

  /** Whether an address owes so many requests that its next ones would all be refused: reading them would only cost time. */
  #spent(address: string): boolean {
    const { http, settings: { trustProxy, limits }, metrics } = this.context;
    if (trustProxy) return false;
    const now = steady();
    if (http.of(address, now).level(now) > -limits.http.burst * DEEP) return false;
    metrics.count("limits", "http");
    return true;
  }

  /** Whether there is room for one more; an older one may have been destroyed for it. */
  #room(from: AddressConnections): boolean {
    const { settings: { limits, trustProxy } } = this.context;
    const { most } = this;
    // A proxy's connections belong to many people.
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

  /** Refuses without reading the request: waiting for it would occupy the file. */
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
