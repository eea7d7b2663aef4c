/** What goes into {@link join} of `beach.ts` and what comes out of it. */
import type { Role } from "../../../frames/link_frames.ts";
import type { Size } from "../../../frames/size.ts";
import type { Path } from "../../../transport/link.ts";
import type { Ended } from "../../../session/runtime/viewer_runtime.ts";
import type { SessionNumbers } from "../../../session/stats.ts";
import type { WholeSnapshot } from "../../../session/sync/snapshot_parts.ts";
import type { DesktopAccess } from "../desktop/desktop_types.ts";
import type { Services } from "../services/service_types.ts";
import type { ViewerIo } from "../../../session/viewer/viewer_io.ts";

/** Shows the session exactly; without one, {@link BeachSession.output} carries bytes for any terminal. */
export type ScreenSink =
  & Pick<ViewerIo, "show" | "replace">
  & Pick<Partial<ViewerIo>, "history" | "picture" | "effect">;
export type { Ended, WholeSnapshot };

/** Where a session is shown, and the window that it has there. */
export interface View extends Size {
  readonly screen?: ScreenSink;
}

/** A step of the connection, with the time since the join began; ms. */
export interface Stage {
  readonly name: "road" | "secret" | "link" | "welcome" | "screen";
  readonly at: number;
}

export interface JoinEvents {
  /** The host's screen has this size from here on. */
  size(size: Size): void;
  /** The host knows us; comes again with each new link. */
  welcomed(welcome: Size & { readonly role: Role; readonly title: string }): void;
  /** The way that the bytes go now; null while there is none. */
  path(path: Path | null): void;
  /** Nothing is heard of the host, in words that change with time; null: all is well again. */
  quiet(words: string | null): void;
  /** Someone has to do something first, e.g. `the host is away`. */
  waiting(why: string): void;
  /** One line for the person, from the host. */
  notice(text: string): void;
  /** The host's terminal spoke of this port of its own machine, where something listens, and we may forward; once a port. */
  offered(port: number): void;
  /** The host lets us do more, or less, from now on. */
  granted(role: Role): void;
  stage(stage: Stage): void;
  /** What happens, step by step; never a secret. */
  log(words: string): void;
}

export interface JoinOptions {
  /** Passphrase or words, where the URL has none. */
  readonly secret?: string;
  /** How the host's person sees us; at most 64 characters. */
  readonly name?: string;
  /** Our window; default 80 x 24. */
  readonly cols?: number;
  readonly rows?: number;
  readonly screen?: ScreenSink;
  /**
   * In place of `cols`, `rows` and `screen`: makes them, and is called when the road has been asked, so that the one does not wait
   * for the other. The first link waits for it; if it rejects, the join fails.
   */
  readonly view?: () => Promise<View>;
  readonly on?: Partial<JoinEvents>;
  /** How to talk with the road; `http` holds no socket and has no relay. Default `socket`. */
  readonly signalling?: "socket" | "http";
  /** Never WebRTC, or never the relay. */
  readonly forceWebsocket?: boolean;
  readonly strictWebrtc?: boolean;
  /** Everything on the reliable channel. */
  readonly forceSingleChannel?: boolean;
  /** Gives up, or leaves. */
  readonly signal?: AbortSignal;
}

/** The session's numbers as everywhere (`session/PROTOCOL.md`, "Numbers"), and what goes on over all links. */
export interface SessionStats extends SessionNumbers {
  /** Bytes since the join. */
  readonly received: number;
  readonly sent: number;
  /** Links so far: the first and each that replaced one. */
  readonly links: number;
  readonly stages: readonly Stage[];
}

export interface BeachSession extends Services {
  readonly role: Role;
  readonly size: Size;
  /** The desktop that the host shares, if it does. */
  readonly desktop: DesktopAccess;
  /** Bytes for a terminal of {@link size}: what was on the screen, then what the command prints. Empty with a `screen`. */
  readonly output: ReadableStream<Uint8Array>;
  /** Types; a string is UTF-8. Returns the offset of its end in all that was typed. Does nothing for role `view`. */
  write(input: string | Uint8Array): number;
  /** Our window changed. The host decides what size the session has; it comes as `size`. */
  resize(cols: number, rows: number): void;
  /** History rows `[from, to)`, at most 500; they come to {@link ScreenSink.history}. False without a link. */
  askLines(id: number, era: number, from: number, to: number): boolean;
  /** The bytes of a picture (`session/PROTOCOL.md`, "Pictures") from one on; they come to {@link ScreenSink.picture}. False without a link. */
  askPicture(id: string, from: number): boolean;
  /** Asks for the screen anew: what is shown is known to be other than the host's. */
  resync(): void;
  stats(): SessionStats;
  /** The smoothed round trip now, ms; undefined without a link or before the first. */
  readonly rtt: number | undefined;
  /** Looks at once whether the link still lives: the page was away. */
  check(why: string): void;
  /** Leaves; settles when everything is freed. */
  close(): Promise<void>;
  /** Settles when the session is over; never rejects. */
  readonly closed: Promise<Ended>;
}
