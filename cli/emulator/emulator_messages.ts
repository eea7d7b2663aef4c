/** The messages between the main thread and the emulator's worker. */

import type { Colours } from "../../session/vt/colours.ts";
import type { Lines } from "../../frames/screen_state.ts";
import type { Picture } from "../../session/pictures/picture_store.ts";
import type { ScreenSnapshot } from "../../session/screen/screen.ts";

/** Handled strictly in order, so that an answer includes everything written before the request. */
export type ToWorker =
  | {
    readonly type: "start";
    readonly cols: number;
    readonly rows: number;
    readonly scrollback: number;
  }
  | { readonly type: "colours"; readonly colours: Colours }
  | { readonly type: "write"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "resize"; readonly id: number; readonly cols: number; readonly rows: number }
  | { readonly type: "snapshot"; readonly id: number }
  | { readonly type: "lines"; readonly id: number; readonly from: number; readonly to: number }
  | { readonly type: "picture"; readonly id: number; readonly picture: string };

export type FromWorker =
  | { readonly type: "ready" }
  /** Everything up to `version` is parsed; the last write took `ms`. */
  | { readonly type: "parsed"; readonly version: number; readonly ms: number }
  | { readonly type: "reply"; readonly bytes: Uint8Array }
  | { readonly type: "title"; readonly title: string }
  | { readonly type: "resized"; readonly id: number; readonly version: number }
  | { readonly type: "snapshot"; readonly id: number; readonly snapshot: ScreenSnapshot }
  | { readonly type: "lines"; readonly id: number; readonly lines: Lines }
  | { readonly type: "picture"; readonly id: number; readonly picture: Picture | undefined };
