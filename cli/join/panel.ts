/** What lies over a viewer's whole screen, and gets the keys meanwhile. */
import type { HistoryView } from "../../session/render/renderer.ts";
import type { Input } from "../../session/vt/terminal_input.ts";

export interface Panel extends HistoryView {
  /** For the status line. */
  readonly words: string;
  /** Takes one part of what the terminal sent; false if it asks to leave. */
  typed(input: Input): boolean;
  /** The window has so many rows now. */
  resize?(rows: number): void;
  /** Whether its rows became others by themselves. It is asked again and again; `now` in ms. */
  stale?(now: number): boolean;
  /** Rows of history came. */
  came?(): void;
}
