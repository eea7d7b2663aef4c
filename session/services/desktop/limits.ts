/** How large and how many things of a desktop may be (`README.md`, "What a peer may make grow"), and words that both ends know. */

/** A side of what is shared: what X, encoders and browsers' canvases all can; pixels. */
export const MAX_SIDE = 16_384;
/** Monitors of one desktop. */
export const MAX_MONITORS = 16;
/** A message on a stream of the desktop; bytes. */
export const MAX_DESKTOP_MESSAGE = 64 * 1024;
/** A message with the image of a pointer, of which the PNG is below this too; bytes. */
export const MAX_CURSOR_MESSAGE = 1024 * 1024;
/** A side of the image of a pointer; pixels. */
export const MAX_CURSOR_SIDE = 256;
/** Images of pointers that a viewer keeps, those that came last: desktops have some dozens; each has 256 KiB at most. */
export const KEPT_CURSORS = 64;
/** The tiles of one picture, together; bytes. */
export const MAX_PICTURE = 4 * 1024 * 1024;
/** Tiles of one picture. */
export const MAX_TILES = 256;
/** What is copied at once; bytes. */
export const MAX_CLIP = 16 * 1024 * 1024;
/** A candidate, and how many of one negotiation are taken; bytes, and their number. */
export const MAX_CANDIDATE = 512;
export const MAX_CANDIDATES = 64;
/** Media connections of one host: each has a socket and a thread's share. Who comes later gets pictures. */
export const MAX_MEDIA = 32;
/** Keys that one viewer holds at once: more than fingers; and the code or name of one, in bytes. */
export const MAX_HELD = 32;
export const MAX_KEY = 32;
/** Text of one input event; bytes. */
export const MAX_TEXT = 4096;
/** What the encoder is to care for: sharp text, a bit of both, or movement. */
export const PRESETS = ["text", "balanced", "motion"] as const;
