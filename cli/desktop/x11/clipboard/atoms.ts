/** The names by which clipboards are spoken of between programs (ICCCM 2), as this display numbers them. */
import type { Connection } from "../connection/connection.ts";

const NAMES = {
  clipboard: "CLIPBOARD",
  targets: "TARGETS",
  timestamp: "TIMESTAMP",
  incr: "INCR",
  utf8: "UTF8_STRING",
  textUtf8: "text/plain;charset=utf-8",
  textPlain: "text/plain",
  text: "TEXT",
  string: "STRING",
  png: "image/png",
  /** Where answers to our questions are put. */
  answer: "BEACH_CLIPBOARD",
} as const;

/** Each name's number. */
export type Atoms = Readonly<Record<keyof typeof NAMES, number>>;

/** The predefined atoms of the core protocol. */
export const ATOM = 4;
export const INTEGER = 19;

/** Asks for all of them at once. */
export async function internAtoms(connection: Connection): Promise<Atoms> {
  const names = Object.entries(NAMES);
  const numbers = await Promise.all(names.map(([, name]) => connection.atom(name)));
  return Object.fromEntries(names.map(([key], i) => [key, numbers[i]])) as Atoms;
}

/** Event mask: properties of the window change. */
export const PROPERTY_CHANGE = 1 << 22;
const INPUT_ONLY = 2;

/** A window that nobody sees, for properties; whose changes are told. */
export function makeWindow(connection: Connection): number {
  const window = connection.client.AllocID();
  connection.tell((client) => {
    const events = { eventMask: PROPERTY_CHANGE };
    client.CreateWindow(window, connection.root, 0, 0, 1, 1, 0, 0, INPUT_ONLY, 0, events);
  });
  return window;
}
