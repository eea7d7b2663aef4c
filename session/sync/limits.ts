/** Limits that both ends of a session keep. */

/** Typed and pasted bytes that may be sent ahead of what the program has taken: what a host keeps of a viewer. */
export const INPUT_LIMIT = 1024 * 1024;
/**
 * What may be typed and pasted ahead of the program in all, bytes: the leaf reads the keyboard until then, so that who pasted much into a program that
 * reads nothing can still leave. More than any clipboard, and what a machine has to spare.
 */
export const TYPED_LIMIT = 64 * INPUT_LIMIT;
