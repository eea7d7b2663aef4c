/**
 * Import this before `@xterm/addon-unicode-graphemes` 0.4. That reads its tables from `buffer.buffer` of a `Buffer`, as if
 * each had memory of its own. A small one shares its memory with others (Node's pool), so that after any other use of the
 * pool the addon reads something else: it throws, never ends, or gives emoji wrong widths.
 */
import { Buffer } from "node:buffer";

Buffer.poolSize = 0;
