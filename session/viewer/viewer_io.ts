/** What the owner (terminal or browser) provides to a viewer session, and what the session reports to it. */
import type { PicturePiece } from "../../frames/history_frames.ts";
import type { Role } from "../../frames/link_frames.ts";
import type { Size } from "../../frames/size.ts";
import type { ExitStatus, Lines } from "../../frames/screen_state.ts";
import type { WholeSnapshot } from "../sync/snapshot_parts.ts";

export interface ViewerIo {
  /** A monotonic clock, in ms. */
  now(): number;
  /** Shows output bytes that begin at `base`; settles when they are shown. Calls come in order and may overlap. */
  show(data: Uint8Array, base: number): Promise<void>;
  /** Replaces the whole screen; settles when it is shown. */
  replace(snapshot: WholeSnapshot): Promise<void>;
  /** The host told who this viewer is and how large the screen is. */
  welcomed(welcome: Size & { readonly role: Role; readonly title: string }): void;
  /** Requested history rows. */
  history(lines: Lines & { readonly id: number }): void;
  /** A piece of a picture, requested or not. */
  picture?(piece: PicturePiece): void;
  /** One line for the person, from the host. */
  notice(text: string): void;
  /** Something listens on this port of the host's machine, of which its terminal spoke; once a port. */
  offered?(port: number): void;
  /** The host lets us do more, or less, from now on. */
  granted?(role: Role): void;
  /** The command ended and all its output is shown. */
  exited(status: ExitStatus): void;
  /** The host ended the session for this reason. */
  dismissed(why: string): void;
  /** Output up to `have` shows the effect of our input up to `effect`. */
  effect?(effect: number, have: number): void;
  /** Something is due earlier than before. */
  changed(): void;
  log(words: string): void;
  /** Logs the channel of each message; absent if nobody would read it. */
  trace?(words: string): void;
}

export interface ViewerOptions {
  readonly name: string;
  /** Send everything on `ctrl`. */
  readonly singleChannel: boolean;
  /** Timers may be a second late, as in a background tab: nothing is delayed that can be done now. */
  readonly lateTimers: boolean;
  /** False: nothing is shown here, so that a host need not send its screen. */
  readonly screen?: boolean;
}
