/** How much opened streams may take. A peer relies on what `README.md` says of them. */

/** What may be sent on a stream before its receiver has said anything, and the least window; bytes. */
export const LEAST_WINDOW = 64 * 1024;
/** The largest window of one stream, one way: 40 MB/s at a round trip of 100 ms; bytes. */
export const MOST_WINDOW = 4 * 1024 * 1024;
/** What all windows of one direction to one peer may take above the least, together; bytes. */
export const WINDOW_POOL = 16 * 1024 * 1024;
/** Streams that one end may have open at once. */
export const MAX_STREAMS = 256;
/** Answers to frames of streams that are not known, as long as there is no room to send them. */
export const MAX_ANSWERS = 1024;
/** So many streams are open: the room for others is needed before the last words about those that have ended would go by themselves. */
export const CROWD = MAX_STREAMS / 4;
