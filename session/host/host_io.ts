/** What the viewers of a host share: the host as each of them uses it. */
import type { Size } from "../../frames/size.ts";
import type { ExitStatus, Lines, Snapshot } from "../../frames/screen_state.ts";
import type { Position } from "../../frames/input_frames.ts";
import type { HostedMember, HostService, HostWatch } from "./viewer_streams.ts";
import type { Picture } from "../pictures/picture_store.ts";

/** What the owner of a host session provides. */
export interface HostIo {
  /** A monotonic clock, in ms. */
  now(): number;
  /**
   * Writes bytes to the PTY, in order; a promise settles, and never rejects, when the PTY has accepted them. They must not change until
   * then.
   */
  type(bytes: Uint8Array): Promise<void> | void;
  /** The screen at some moment after this call. */
  snapshot(): Promise<Snapshot>;
  /** History rows `[from, to)`, as far as they are held. */
  lines(from: number, to: number): Promise<Lines>;
  /** The picture of this id, if it is held. */
  picture(id: string): Promise<Picture | undefined>;
  /** Something is due earlier than before: read {@link HostSession.due} again. */
  changed(): void;
  log(words: string): void;
  /** Logs the channel of each message; absent if nobody would read it. */
  trace?(words: string): void;
  /** Hears of the streams that viewers open. */
  readonly watch?: HostWatch;
  /** A viewer said hello on a new link, or reported another window size. */
  windowChanged?(): void;
}

/** Takes what viewers do with the desktop: only those whose grant has `desktop`, looked at for each message. */
export interface DesktopTaker {
  /**
   * Events of a viewer, in order, cut anywhere (`services/desktop/README.md`, "Input"). A promise settles, and never rejects, when there is
   * room for more.
   */
  events(member: HostedMember, bytes: Uint8Array): Promise<void> | void;
  /** Where its pointer is, and whether it holds something; also said again while it does. */
  position(member: HostedMember, at: Pick<Position, "x" | "y" | "holds">): void;
}

export interface HostContext
  extends Required<Omit<HostIo, "trace" | "watch">>, Pick<HostIo, "trace" | "watch"> {
  readonly singleChannel: boolean;
  readonly fallbackLoss: number;
  readonly services: ReadonlyMap<string, HostService>;
  /** Who has the desktop; undefined: none is shared. */
  desktop(): DesktopTaker | undefined;
  size(): Size;
  gen(): number;
  /** When the program printed last. */
  printedAt(): number;
  title(): string;
  exit(): ExitStatus | undefined;
}
