/** A filter between the shared output and a real terminal. */
export interface OutputFilter {
  /** Filters the next bytes of the stream; returns those that can be passed on. */
  push(bytes: Uint8Array): Uint8Array;

  /** Whether any pushed bytes were a picture, which was left out. Undefined for a filter that passes pictures. */
  readonly pictured?: boolean;

  /** What to write for one whole string: `text` is its introducer's letter (`]` for OSC) and its content, or BEL alone. Empty: nothing. */
  string(text: string): string;
}
