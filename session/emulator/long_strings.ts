/**
 * Collects the content of a long string from the parser. xterm.js itself joins it from strings of one character each, which costs a second
 * and a gigabyte for a picture of 4 MiB.
 */
import { ByteBuffer } from "../vt/byte_buffer.ts";
import type { DcsHandler, OscHandler, Params } from "./xterm_internals.ts";

/** The limit of xterm.js; a longer string is ignored. Characters. */
const MAX_STRING = 10_000_000;
/** Replaces characters that are not Latin-1, which no picture contains. */
const OTHER = 0x3f;

/** A handler of DCS and OSC strings that passes the whole content to `take` as Latin-1. `take` returns whether it handled the string. */
export function longString(
  take: (content: string, params: Params | undefined) => boolean,
): DcsHandler & OscHandler {
  let content = new ByteBuffer();
  let params: Params | undefined;
  const begin = () => content = new ByteBuffer();
  const end = (whole: boolean) => {
    const bytes = content;
    begin();
    return whole && bytes.length <= MAX_STRING ? take(latin1(bytes), params) : false;
  };
  return {
    start: begin,
    hook: (said) => {
      begin();
      params = { params: said.params.slice(), length: said.length };
    },
    put: (data, from, to) => {
      if (content.length > MAX_STRING) return;
      const bytes = new Uint8Array(to - from);
      for (let i = from; i < to; i++) bytes[i - from] = data[i]! < 0x100 ? data[i]! : OTHER;
      content.add(bytes);
    },
    end,
    unhook: end,
  };
}

function latin1(buffer: ByteBuffer): string {
  return new TextDecoder("latin1").decode(buffer.drain());
}
