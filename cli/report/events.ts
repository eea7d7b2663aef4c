/** Events for scripts: one JSON object per line, on stdout (`host --json --headless`) or where `join --events` says. */
import type { Verb } from "../../session/roster/grant.ts";
import type { SessionNumbers } from "../../session/stats.ts";
import type { Path } from "../../transport/link.ts";
import { Failure, USAGE } from "../process/failure.ts";
import { OutputQueue, type WriteSome } from "../terminal/output_queue.ts";

/** The first line of a host: how to join. A missing code means that its role is closed. */
export interface HostReady {
  readonly session: string;
  readonly code: string | null;
  readonly url: string;
  readonly road: string;
  readonly view_code: string | null;
}

type Ending =
  /**
   * `code` as a shell reports it; `signal` 0 is none. `why`: what ended the command if it did not end by itself, e.g. `SIGTERM`,
   * `idleness`.
   */
  | { readonly event: "exit"; readonly code: number; readonly signal: number; readonly why?: string }
  /** One line for the reader. */
  | { readonly event: "error"; readonly message: string };

/** Of the streams that viewers open (`session/services/README.md`); `in` and `out` are bytes as the host sees them. */
export type StreamEvent =
  & { readonly peer: string }
  & (
    | {
      readonly event: "stream_opened";
      readonly stream: number;
      readonly service: string;
      readonly what: string;
    }
    | {
      readonly event: "stream_ended";
      readonly stream: number;
      readonly service: string;
      readonly what: string;
      readonly in: number;
      readonly out: number;
      /** `done`, or the code of the reset. */
      readonly end: string;
      readonly message?: string;
    }
    /** It used the desktop for the first time: a key, a button, a move. */
    | { readonly event: "desktop_used" }
    /** Pictures of the desktop go to it in another way from here on. */
    | { readonly event: "desktop_path"; readonly how: "video" | "pictures"; readonly why: string }
    /** It asked for what is no service here. */
    | { readonly event: "stream_refused"; readonly service: string }
    /** So many that a line for each would be a flood. */
    | {
      readonly event: "streams_more";
      readonly opened: number;
      readonly ended: number;
      readonly in: number;
      readonly out: number;
    }
  );

export type HostEvent =
  /** People join by another code from now on; `why` in a sentence. */
  | { readonly event: "code"; readonly why: string } & HostReady
  /** Nobody can join for a while, or can again; a sentence. */
  | { readonly event: "notice"; readonly message: string }
  /** Wrong secrets since the start: told at the first five, and each time that they have doubled. */
  | { readonly event: "guesses"; readonly failures: number }
  | {
    readonly event: "peer_joined";
    readonly peer: string;
    readonly role: "write" | "view";
    readonly name?: string;
  }
  | { readonly event: "peer_left"; readonly peer: string; readonly reason: string }
  /** The host lets it do this from now on. */
  | { readonly event: "grant"; readonly peer: string; readonly can: readonly Verb[] }
  /** The host shows it out; `peer_left` follows. */
  | { readonly event: "kick"; readonly peer: string; readonly reason: string }
  | { readonly event: "path"; readonly peer: string; readonly path: Path }
  | { readonly event: "stats"; readonly peer: string } & SessionNumbers
  | StreamEvent
  | Ending;

export type JoinEvent =
  | {
    readonly event: "joined";
    readonly session: string;
    readonly peer: string;
    readonly role: "write" | "view";
  }
  /** The host lets us do more, or less, from now on. */
  | { readonly event: "role"; readonly role: "write" | "view" }
  | { readonly event: "path"; readonly path: Path }
  | { readonly event: "size"; readonly cols: number; readonly rows: number }
  | { readonly event: "stats" } & SessionNumbers
  | Ending;

/** The most unread bytes: days of a session's events. Later ones are left out, the session goes on. */
const MAX_UNREAD = 1024 * 1024;
/** Events that come so soon after each other are one write: it costs what a viewer's request does, and wakes who reads them; ms. */
const GATHER = 5;
/** How long closing waits for a reader that does not read, in ms. */
const LAST_WORDS = 1000;

/** Writes events as lines of JSON. */
export class EventWriter<E extends HostReady | HostEvent | JoinEvent> implements AsyncDisposable {
  readonly #queue: OutputQueue;
  /** Called once, with a line for people, when no more can be written; not called if the reader has left. */
  onfault: ((words: string) => void) | null = null;

  constructor(writeSome: WriteSome, private readonly close: () => void = () => {}) {
    this.#queue = new OutputQueue(writeSome, (error) => {
      if (error instanceof Deno.errors.BrokenPipe) return;
      this.onfault?.(`The events ended early: ${error instanceof Error ? error.message : String(error)}`);
    }, GATHER);
  }

  /** Writes one line, with the time (ms since 1970) on all but the host's first. Settles with false if that is not possible. */
  emit(event: E): Promise<boolean> {
    if (this.#queue.pending > MAX_UNREAD) return Promise.resolve(false);
    // deno-lint-ignore beach/steady-clock -- who reads events puts them beside others by the time of day
    const whole = "event" in event ? { ...event, time: Date.now() } : event;
    return this.#queue.write(new TextEncoder().encode(JSON.stringify(whole) + "\n"));
  }

  /** Settles when everything is written, or after a second. */
  async [Symbol.asyncDispose](): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, LAST_WORDS));
    await Promise.race([this.#queue.drain(), enough]);
    clearTimeout(timer);
    this.close();
  }
}

export type HostEvents = EventWriter<HostReady | HostEvent>;

/** Events of a host, on stdout. */
export function stdoutEvents(): HostEvents {
  return new EventWriter((bytes) => Deno.stdout.write(bytes));
}

/** Events of a viewer: `target` is a file descriptor's number or a file. Throws {@link Failure} if it cannot be written to. */
export function openEvents(target: string): EventWriter<JoinEvent> {
  if (target === "2") return new EventWriter((bytes) => Deno.stderr.write(bytes));
  const descriptor = /^\d{1,4}$/.test(target);
  if (target === "0" || target === "1" || (descriptor && Deno.build.os === "windows")) {
    throw failure(target, "The terminal has 0 and 1");
  }
  let file: Deno.FsFile;
  try {
    file = descriptor
      ? Deno.openSync(`/dev/fd/${target}`, { append: true })
      : Deno.openSync(target, { create: true, append: true, mode: 0o600 });
  } catch (cause) {
    throw failure(
      target,
      descriptor ? `Open it: ${target}>events.jsonl` : "Check the path and its folder",
      cause,
    );
  }
  return new EventWriter((bytes) => file.write(bytes), () => file.close());
}

function failure(value: string, hint: string, cause?: unknown): Failure {
  return new Failure({
    what: "--events can't be used",
    value,
    wanted: "an open file descriptor from 2 on, or a file",
    hint,
    code: USAGE,
    cause,
  });
}
