/** Writing to what takes a part at a time: files, sockets, standard output. */

/** Writes all of `bytes`, in as many steps as `to` needs. Rejects as its `write` does. */
export async function writeAll(
  to: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}
