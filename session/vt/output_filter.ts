/** What stands between the shared output and a real terminal. */
export interface OutputFilter {
  /** Takes the next bytes of the stream; returns those that may go on by now. */
  push(bytes: Uint8Array): Uint8Array;

  /** Whether any of what was pushed was a picture, which was left out. A filter without it passes them. */
  readonly pictured?: boolean;

  /** What to write for one whole string on its own: `text` is its introducer's letter (`]` for OSC) and its content. Empty: nothing. */
  string(text: string): string;
}
