/** How large what `WIRE.md` describes may be. */

/** Frames of one packet: a reader does no more work for one than this, and ours puts in two, or one for each opened stream. */
export const MAX_FRAMES = 64;
/** The largest `data` of one frame: reliable chunks above 16 KiB delay what is behind them. */
export const MAX_DATA = 16 * 1024;
/** Enough for the largest screen as text, or for a picture in colours on a window of 640 x 180. */
export const MAX_PARTS = 512;
/** A snapshot, packed and unpacked; bytes. Who makes one leaves out what has no room (`session/screen/snapshot.ts`). */
export const MAX_SNAPSHOT = MAX_PARTS * MAX_DATA;
/** Rows in one `Lines`. */
export const MAX_ROWS = 500;
/** The text of one row of history, characters; at a host bytes too: it must fit a message together with what is around it. */
export const MAX_ROW = 60_000;
/** A `Lines` before it was packed: `MAX_ROWS` rows of 100 characters, each with attributes and in four bytes; bytes. */
export const MAX_UNPACKED = 256 * 1024;
/** A picture, as far as views show any; with the 8 bytes that say the size of raw pixels. Bytes. */
export const MAX_PICTURE = 4 * 1024 * 1024;
/** A terminal wider or higher than this is a mistake or an attack on memory; cells. */
export const MAX_SIDE = 1000;
/** Features that one end names. */
export const MAX_FEATURES = 32;

// How much of a lossy packet is left for data: derived here alone. `MAX_DATAGRAM` is the network's (`transport/link.ts`).

/** Bytes of the longest integer of each kind: below 2^48, 2^32, 2^16 (a side, a part, a count of parts). */
const LONG = 9;
const U32 = 5;
const U16 = 3;
/** A packet begins, a frame begins (with its stream and its type), and binary data says how long it is; bytes. */
const PACKET = 1;
const FRAME = 3;
const LENGTH = 3;
/** The longest header: three times, three counts; bytes. */
const HEADER = 1 + 3 * U32 + 3 * LONG;
/** The longest ack, of output as of input: `have`, `gen` or `effect`, eight offsets; bytes. */
const ACK = FRAME + LONG + LONG + 8 * LONG;

/** Bytes of the longest `Output` packet, with its ack, besides the data. `Input` is shorter. */
export const MAX_OUTPUT_HEAD = PACKET + HEADER + ACK + FRAME + U32 + LONG + LENGTH;
/** Bytes of the longest `Snapshot` packet besides the data: an ack goes along if there is room. */
export const MAX_SNAPSHOT_HEAD = PACKET + HEADER + FRAME + 3 * U32 + 2 * LONG + 2 * U16 + U32 + 2 * U16 +
  LENGTH;
