/** Limits that both ends of a session keep. It imports nothing: the command line reads it before anything heavy is loaded. */

/** Typed and pasted bytes that may be sent ahead of what the program has taken: what a host keeps of a viewer. */
export const INPUT_LIMIT = 1024 * 1024;
/**
 * What may be typed and pasted ahead of the program in all, bytes: the leaf reads the keyboard until then, so that who pasted much into a program that
 * reads nothing can still leave. More than any clipboard, and what a machine has to spare.
 */
export const TYPED_LIMIT = 64 * INPUT_LIMIT;

/** Rows kept above the screen unless told otherwise. */
export const DEFAULT_SCROLLBACK = 10_000;
/**
 * The most that a host keeps and a viewer shows, rows. An emulator takes 1.4 KB for a row of 80 columns and 2.9 KB for one of 200: this
 * many are 140 to 290 MB, at the host and in a browser's tab, if so much is printed; a million would be more than a tab may have.
 */
export const MAX_SCROLLBACK = 100_000;

/** The fraction of `term` messages lost from which large output takes `ctrl`, unless it is told (`adaptive_routing.ts`). */
export const FALLBACK_LOSS = 0.1;
