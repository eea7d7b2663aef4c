/** What stands between the shared output and a real terminal. */
export interface OutputFilter {
  /** Takes the next bytes of the stream; returns those that may go on by now. */
  push(bytes: Uint8Array): Uint8Array;

  /** What to write for one whole string on its own: `text` is its introducer's letter (`]` for OSC) and its content. Empty: nothing. */
  string(text: string): string;
}
