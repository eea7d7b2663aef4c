/** Stores the targets of an emulator's hyperlinks (OSC 8), at a constant cost for each. */

import { PICTURE_SCHEME } from "../pictures/picture_place.ts";
import type { Emulator, Link } from "./xterm_internals.ts";

/** VTE's limit, and the longest URL of old browsers; text of a longer link gets no link. Characters. */
const MAX_URI = 2083;
/** VTE's limit for a link's `id`; a longer id is dropped, so the parts of the link become separate links. Characters. */
const MAX_ID = 250;
/**
 * The most that is stored, in characters: the links of 10,000 rows, several in each. Beyond it the oldest links are forgotten, and their
 * text has no link.
 */
const MAX_ALL = 16 * 1024 * 1024;
/** How much remains when the oldest are forgotten: finding the oldest entry of a map costs a look at every deleted entry before it. */
const LEFT = 7 / 8;
/** The memory of an entry beside its text, roughly, in characters. */
const ENTRY = 128;

/** Links of picture cells are numbered from here, those of programs from 1: so a cell shows which kind it has. */
export const FIRST_PICTURE = 0x4000_0000;

interface Entry {
  readonly key: string;
  readonly data: Link;
}

/**
 * Replaces xterm.js's own store of links. That has a marker for each row of each link; every marker listens for every row that leaves the
 * scrollback, and removing a listener searches all of them: with two links a row and a full scrollback a row took 3 ms. This store knows no
 * rows. Equal links share a number, and the links of a removed row stay until there are too many.
 */
export function keepHyperlinks(emulator: Emulator): void {
  const numbers = new Map<string, number>();
  const entries = new Map<number, Entry>();
  let next = 1;
  let nextPicture = FIRST_PICTURE;
  let size = 0;
  const forget = (number: number) => {
    const { key } = entries.get(number)!;
    entries.delete(number);
    numbers.delete(key);
    size -= key.length + ENTRY;
  };
  const register = ({ id, uri }: Link): number => {
    if (uri.length > MAX_URI) return 0;
    const data = id && id.length <= MAX_ID ? { id, uri } : { uri };
    // Neither can contain a control character.
    const key = data.id ? `${data.id}\x00${uri}` : uri;
    const number = numbers.get(key) ?? (uri.startsWith(PICTURE_SCHEME) ? nextPicture++ : next++);
    // A link that is opened again becomes the newest.
    if (entries.has(number)) forget(number);
    numbers.set(key, number);
    entries.set(number, { key, data });
    size += key.length + ENTRY;
    if (size > MAX_ALL) {
      for (const oldest of entries.keys()) {
        if (size <= MAX_ALL * LEFT) break;
        forget(oldest);
      }
    }
    return number;
  };
  // The emulator's parser and the page's mouse handler hold a reference to this object, so its methods are replaced, not the object.
  Object.assign(emulator._oscLinkService, {
    registerLink: register,
    addLineToLink: () => {},
    getLinkData: (number: number) => entries.get(number)?.data,
  });
}
