/**
 * Viewers that signal over plain HTTP: each is a member of a session whose messages are kept until it polls for them (`API.md`, "Signalling
 * over HTTP").
 */
import type { PeerId, RoadMessage } from "../../transport/schema/signal.ts";
import { encodeRoadMessage } from "../../transport/schema/signal_codec.ts";
import { limitKey } from "../client_address.ts";
import { steady } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Admission } from "../sessions/admission.ts";
import type { Join } from "../sessions/placement.ts";
import type { Wire } from "../sessions/peer.ts";
import { CROWDED_SHARE } from "../sockets/send_queue.ts";
import { Refused } from "../refused.ts";
import type { Membership } from "../sessions/membership.ts";

/** The longest interval between two searches for silent clients, in ms. */
const SWEEP = 5_000;
/** Live clients per address (an IPv6 /64): enough for an office. */
const PER_ADDRESS = 16;
/** Live clients in all: each costs about as much as a socket. */
const MOST = 2_000;
/** The most messages kept for one client, and their bytes as JSON; a negotiation has about 30 messages and 40 KB. */
const MAILBOX = 256;
const MAILBOX_SIZE = 256 * 1024;

/** One client. Messages are numbered from 1; a client reports which it has, and those are dropped. */
export class HttpClient implements Wire {
  membership: Membership | undefined;
  seenAt = steady();
  connected = false;
  #waiting = 0;
  over = false;
  #mail: { readonly number: number; readonly message: RoadMessage; readonly size: number }[] = [];
  #size = 0;
  #number = 0;
  #wake = Promise.withResolvers<void>();

  constructor(
    readonly key: string,
    private readonly context: Context,
    private readonly overflow: (client: HttpClient) => void,
  ) {}

  send(message: RoadMessage): void {
    if (this.over) return;
    const size = encodeRoadMessage(message).length;
    this.#count(size);
    this.#mail.push({ number: ++this.#number, message, size });
    this.#notify();
    if (this.#mail.length > MAILBOX || this.#size > MAILBOX_SIZE || this.#crowded) this.overflow(this);
  }

  relay(): boolean {
    return true; // relayed bytes are never sent to a client without a socket
  }

  close(): void {
    this.over = true;
    this.#notify();
  }

  /** Drops the kept messages: the client is gone. */
  drop(): void {
    this.#mail = [];
    this.#count(-this.#size);
  }

  /** The messages after number `after`; waits up to `ms` for the first. */
  async read(
    after: number,
    ms: number,
  ): Promise<{ readonly messages: readonly RoadMessage[]; readonly next: number }> {
    while (this.#mail.length > 0 && this.#mail[0]!.number <= after) this.#count(-this.#mail.shift()!.size);
    if (this.#mail.length === 0 && ms > 0 && !this.over) {
      this.#waiting++;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      await Promise.race([this.#wake.promise, late]);
      clearTimeout(timer);
      this.#waiting--;
    }
    this.seenAt = steady();
    return { messages: this.#mail.map(({ message }) => message), next: this.#number };
  }

  /** The time since its last request, in ms. */
  silentFor(now: number): number {
    return this.#waiting > 0 ? 0 : now - this.seenAt;
  }

  /**
   * While too much is kept in the whole node, a client whose mailbox is a good part of its own limit is dropped, as sockets are
   * (`send_queue.ts`).
   */
  get #crowded(): boolean {
    return this.context.metrics.unread > this.context.settings.limits.unreadTotal &&
      this.#size > MAILBOX_SIZE / CROWDED_SHARE;
  }

  #count(size: number): void {
    this.#size += size;
    this.context.metrics.unread += size;
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** All clients of a road that signal over HTTP. */
export class HttpClients {
  readonly #clients = new Map<string, HttpClient>();
  #sweeping: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly context: Context, private readonly admission: Admission) {}

  /** Live clients. */
  get size(): number {
    return this.#clients.size;
  }

  /** Joins a viewer to `session`. Rejects with {@link Refused}. */
  async join(message: Join, session: string, address: string): Promise<HttpClient> {
    const key = limitKey(address);
    const same = [...this.#clients.values()].filter((client) => client.key === key).length;
    if (this.#clients.size >= MOST || same >= PER_ADDRESS) {
      this.context.metrics.count("limits", "http_clients");
      throw new Refused(
        "full",
        "too many clients signal over HTTP from here",
        "end some of them with DELETE, or wait",
      );
    }
    const client = new HttpClient(key, this.context, (client) => this.#remove(client, "overflow"));
    client.membership = await this.admission.join(message, session, client, address);
    // The same peer joined again: the session has detached its older client.
    const name = nameOf(session, client.membership.peer);
    const before = this.#clients.get(name);
    if (before) {
      before.over = true;
      before.drop();
    }
    this.#clients.set(name, client);
    this.#count("joined");
    // As with a lost socket: the client is gone after the grace period of a viewer.
    this.#sweeping ??= setInterval(() => this.#sweep(), Math.min(SWEEP, this.context.settings.viewerGrace));
    return client;
  }

  /** The client of this peer, if it is live. */
  get(session: string, peer: PeerId): HttpClient | undefined {
    return this.#clients.get(nameOf(session, peer));
  }

  /** The client's link is open: counted once. */
  connected(client: HttpClient): void {
    if (!client.connected) this.#count("connected");
    client.connected = true;
  }

  /** The client leaves its session. */
  leave(client: HttpClient): void {
    this.#remove(client, "left");
  }

  /** Drops every client; for a road that closes. */
  close(): void {
    clearInterval(this.#sweeping);
    for (const client of this.#clients.values()) {
      client.close();
      client.drop();
    }
    this.#clients.clear();
  }

  #sweep(): void {
    for (const client of [...this.#clients.values()]) {
      if (client.over || client.silentFor(steady()) > this.context.settings.viewerGrace) {
        this.#remove(client, "cleaned_up");
      }
    }
    if (this.#clients.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  #remove(client: HttpClient, event: "left" | "cleaned_up" | "overflow"): void {
    const { membership } = client;
    if (!membership) return;
    const name = nameOf(membership.session, membership.peer);
    if (this.#clients.get(name) === client) this.#clients.delete(name);
    membership.gone(event === "left");
    client.close();
    client.drop();
    this.#count(event);
  }

  #count(event: string): void {
    this.context.metrics.count("http_clients", event);
  }
}

function nameOf(session: string, peer: PeerId): string {
  return `${session}/${peer}`;
}
