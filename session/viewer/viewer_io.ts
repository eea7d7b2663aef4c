/** What a leaf (terminal or browser) gives a viewer session, and is told by it. */
import type { PicturePiece } from "../../frames/history_frames.ts";
import type { Role } from "../../frames/link_frames.ts";
import type { Size } from "../../frames/size.ts";
import type { ExitStatus, Lines } from "../../frames/screen_state.ts";
import type { WholeSnapshot } from "../sync/snapshot_parts.ts";

export interface ViewerIo {
  /** The clock: ms, steady. */
  now(): number;
  /** Shows output bytes that begin at `base`; settles when they are shown. Calls come in order and may overlap. */
  show(data: Uint8Array, base: number): Promise<void>;
  /** Replaces the whole screen; settles when it is shown. */
  replace(snapshot: WholeSnapshot): Promise<void>;
  /** The host said who we are and how large its screen is. */
  welcomed(welcome: Size & { readonly role: Role; readonly title: string }): void;
  /** History rows that were asked for. */
  history(lines: Lines & { readonly id: number }): void;
  /** A piece of a picture, asked for or not. */
  picture?(piece: PicturePiece): void;
  /** One line for the person, from the host. */
  notice(text: string): void;
  /** The command ended and all its output is shown. */
  exited(status: ExitStatus): void;
  /** The host ended it for this reason. */
  dismissed(why: string): void;
  /** Output up to `have` shows the effect of our input up to `effect`. */
  effect?(effect: number, have: number): void;
  /** Something is due earlier than it was. */
  changed(): void;
  log(words: string): void;
  /** Logs the channel of each message; absent when nobody would see it. */
  trace?(words: string): void;
}

export interface ViewerOptions {
  readonly name: string;
  /** Keep everything on `ctrl`. */
  readonly singleChannel: boolean;
  /** Timers may come a second late, as in a tab in the background: nothing is put off that can be done now. */
  readonly lateTimers: boolean;
}
