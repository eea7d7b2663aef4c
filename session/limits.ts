/** Limits that both ends of a session keep. */

/** Typed and pasted bytes kept until the host has them; the leaf stops reading the keyboard above it. */
export const INPUT_LIMIT = 1024 * 1024;
