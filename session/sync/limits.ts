/** Limits that both ends of a session keep. It imports nothing: the command line reads it before anything heavy is loaded. */

/** Typed and pasted bytes that may be sent before the program has read them: what a host keeps for a viewer. */
export const INPUT_LIMIT = 1024 * 1024;
/**
 * Typed and pasted bytes that a viewer queues in all: it reads the keyboard up to this limit, so that a person who pasted much into a
 * program that reads nothing can still leave. More than any clipboard, and what a machine can spare.
 */
export const TYPED_LIMIT = 64 * INPUT_LIMIT;

/** Rows kept above the screen by default. */
export const DEFAULT_SCROLLBACK = 10_000;
/**
 * The most rows that a host keeps and a viewer shows. An emulator needs 1.4 KB for a row of 80 columns and 2.9 KB for one of 200: so many
 * rows are 140 to 290 MB, at the host and in a browser's tab; a million would exceed a tab's memory.
 */
export const MAX_SCROLLBACK = 100_000;

/** The default fraction of lost `term` messages from which large output uses `ctrl` (`adaptive_routing.ts`). */
export const FALLBACK_LOSS = 0.1;
