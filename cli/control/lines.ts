/** The lines of a connection, each of bounded length. */
import { concat } from "../../frames/bytes.ts";

const NEWLINE = 10;

/** A line that is longer than it may be; nothing after it is read. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
  constructor(readonly most: number) {
    super(`a line has more than ${most} bytes`);
  }
}

/** Whatever bytes are read from: `Deno.Conn` is one. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number | null>;
}

/**
 * Each line without its newline, as UTF-8; what follows the last newline is none. Holds at most `most` bytes and one read more.
 * @throws {LineTooLong}
 * @throws {TypeError} if a line is no UTF-8
 */
export async function* lines(source: ByteSource, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const room = new Uint8Array(16 * 1024);
  let begun: Uint8Array = new Uint8Array();
  for (;;) {
    const length = await source.read(room);
    if (length === null) return;
    let rest = room.subarray(0, length);
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      const line = concat([begun, rest.subarray(0, at)]);
      if (line.length > most) throw new LineTooLong(most);
      begun = new Uint8Array();
      rest = rest.subarray(at + 1);
      yield decoder.decode(line);
    }
    begun = concat([begun, rest]);
    if (begun.length > most) throw new LineTooLong(most);
  }
}
