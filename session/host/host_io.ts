/** What the viewers of a host share: the host as each of them sees it. */
import type { Size } from "../../frames/size.ts";
import type { ExitStatus, Lines, Snapshot } from "../../frames/screen_state.ts";
import type { Picture } from "../pictures/picture_store.ts";

/** What the leaf gives a host session. */
export interface HostIo {
  /** The clock: ms, steady. */
  now(): number;
  /** Hands bytes to the PTY, in order; a promise settles, and never rejects, when it has taken them. They must not change until then. */
  type(bytes: Uint8Array): Promise<void> | void;
  /** The screen at a moment not before this call. */
  snapshot(): Promise<Snapshot>;
  /** History rows `[from, to)`, as far as they are held. */
  lines(from: number, to: number): Promise<Lines>;
  /** The picture of this id, if it is held. */
  picture(id: string): Promise<Picture | undefined>;
  /** Something is due earlier than it was: ask for {@link HostSession.due} again. */
  changed(): void;
  log(words: string): void;
  /** Logs the channel of each message; absent when nobody would see it. */
  trace?(words: string): void;
  /** A viewer said hello on a new link, or said another window size. */
  windowChanged?(): void;
}

export interface HostContext extends Required<Omit<HostIo, "trace">>, Pick<HostIo, "trace"> {
  readonly singleChannel: boolean;
  readonly fallbackLoss: number;
  size(): Size;
  gen(): number;
  /** When the program printed last. */
  printedAt(): number;
  title(): string;
  exit(): ExitStatus | undefined;
}
