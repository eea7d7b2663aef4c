/** How large what `WIRE.md` describes may be. */

/** The largest `data` of one message: reliable chunks above 16 KiB delay what is behind them. */
export const MAX_DATA = 16 * 1024;
/** The longest `Data` without its `data`, three bytes of which say how long that is; bytes. */
export const MAX_DATA_HEAD = 156;
/** The longest `Snapshot` without its `data`; bytes. */
export const MAX_SNAPSHOT_HEAD = 67;
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
