/** `--audit`: what a host's events say of who did what, and typing, as lines of the audit's file. */
import { SYSTEM_CLOCK } from "../../session/runtime/clock.ts";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { HostEvent } from "../report/events.ts";
import { AuditFile } from "./audit_file.ts";
import type { Entry } from "./chain.ts";
import { TypingBursts } from "./typing_bursts.ts";

/** The host's own person, where a viewer's id would be. */
export const HERE = "host";
/** Lines about who comes and goes: a viewer that joins again and again must not fill a disk. Streams are limited where they are told. */
const COMERS: Rate = { burst: 200, perSecond: 10 };

/** The line of an event; null for what is no act of a person, or shows more than an audit may. The one place that says so. */
export function audited(event: HostEvent): Entry | null {
  switch (event.event) {
    case "peer_joined":
    case "peer_left":
    case "desktop_used":
    case "stream_opened":
    case "stream_ended":
    case "stream_refused":
    case "streams_more":
    case "guesses":
    case "exit":
    case "kick":
      return event;
    case "grant":
      return { event: "grant", peer: event.peer, can: event.can.join(" ") };
    case "code":
      // The code itself lets in.
      return { event: "code", why: event.why };
    case "notice":
    case "path":
    case "desktop_path":
    case "stats":
    case "error":
      return null;
  }
}

/** The audit of one host. */
export class HostAudit implements Disposable {
  readonly #bursts: TypingBursts;
  readonly #comers: TokenBucket;
  #more = { joined: 0, left: 0 };
  #stop: (() => void) | undefined;

  /** @param clock ms, steady, with timers */
  constructor(private readonly file: AuditFile, keepInput: boolean, private readonly clock = SYSTEM_CLOCK) {
    this.#bursts = new TypingBursts(keepInput, (entry) => file.write(entry));
    this.#comers = new TokenBucket(COMERS, clock.now());
  }

  /** As {@link AuditFile.open}. */
  static open(path: string, keepInput: boolean, onfault: (words: string) => void): HostAudit {
    return new HostAudit(AuditFile.open(path, onfault), keepInput);
  }

  /** Something happened at the host. */
  tell(event: HostEvent): void {
    // What somebody typed before it left comes first.
    if (event.event === "peer_left") this.#bursts.left(event.peer);
    if (event.event === "exit") this.#bursts.end();
    const entry = audited(event);
    if (entry && this.#mayTell(event)) this.file.write(entry);
  }

  /** `peer`, or {@link HERE}, typed `bytes`. */
  typed(peer: string, bytes: Uint8Array): void {
    this.#bursts.typed(peer, bytes, this.clock.now());
    if (!this.#stop) this.#later();
  }

  /** Tells the rest, and that this is the end. */
  [Symbol.dispose](): void {
    this.#stop?.();
    this.#bursts.end();
    this.#tellMore();
    this.file[Symbol.dispose]();
  }

  #later(): void {
    const due = this.#bursts.due();
    this.#stop = due === Infinity ? undefined : this.clock.after(Math.max(1, due - this.clock.now()), () => {
      this.#bursts.poll(this.clock.now());
      this.#later();
    });
  }

  #mayTell({ event }: HostEvent): boolean {
    if (event !== "peer_joined" && event !== "peer_left") return true;
    if (!this.#comers.tryConsume(this.clock.now())) {
      this.#more[event === "peer_joined" ? "joined" : "left"]++;
      return false;
    }
    this.#tellMore();
    return true;
  }

  #tellMore(): void {
    const { joined, left } = this.#more;
    if (joined + left === 0) return;
    this.#more = { joined: 0, left: 0 };
    this.file.write({ event: "peers_more", joined, left });
  }
}
