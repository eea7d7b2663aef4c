/** Remembers what the hyperlinks (OSC 8) of an emulator point to, at the same cost for each, however many there are. */

import { PICTURE_SCHEME } from "../pictures/picture_place.ts";
import type { Emulator, Link } from "./xterm_internals.ts";

/** VTE's limit, which is the longest that browsers of old took; text of a longer one is text without a link. Characters. */
const MAX_URI = 2083;
/** VTE's limit for a link's `id`; a longer one is left out, so that its parts are links of their own. Characters. */
const MAX_ID = 250;
/**
 * How much is remembered, in characters: the links of 10,000 rows, several in each. Links beyond that are forgotten from the oldest
 * on, and their text is text without a link.
 */
const MAX_ALL = 16 * 1024 * 1024;
/** So much of it is left when the oldest are forgotten: to find the oldest entry of a map costs a look at all that went before it. */
const LEFT = 7 / 8;
/** What an entry takes in memory besides its text; about, in characters. */
const ENTRY = 128;

/** The links that cells of pictures have are numbered from here on, those of programs from 1: a cell tells them apart. */
export const FIRST_PICTURE = 0x4000_0000;

interface Entry {
  readonly key: string;
  readonly data: Link;
}

/**
 * Takes the place of xterm.js's own book of links. That has a marker for each row of each link, every marker listens to every row
 * that falls off the scrollback, and to stop listening searches all listeners: with two links a row and a full scrollback a
 * row took 3 ms. Nothing here knows of rows. Equal links share a number, and a row that is gone leaves its links
 * behind until there are too many.
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
    // A control can't be in either.
    const key = data.id ? `${data.id}\x00${uri}` : uri;
    const number = numbers.get(key) ?? (uri.startsWith(PICTURE_SCHEME) ? nextPicture++ : next++);
    // Opened again it is the newest again.
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
  // The emulator's parser and the page's mouse look in this object, so it stays and answers otherwise.
  Object.assign(emulator._oscLinkService, {
    registerLink: register,
    addLineToLink: () => {},
    getLinkData: (number: number) => entries.get(number)?.data,
  });
}
