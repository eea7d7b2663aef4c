/**
 * The line that asks the host's person whether someone may join. The name in it is the asker's own claim: it comes last, in quotes that it
 * can't end, in the room that the rest leaves. Pure.
 */
import { DEFAULT_ESCAPE, escapeName } from "../terminal/key_press.ts";
import { rowCells } from "../../session/render/row_cells.ts";

export interface Asker {
  /** As it calls itself; perhaps nothing. */
  readonly name: string;
  readonly role: string;
}

/** Where the long form leaves less than this to a name that needs more, the short one is taken; columns. It is left in a window of 80. */
const NAME_ROOM = 14;
/** Quotes, a letter and the sign that there is more; columns. */
const LEAST_NAME = 4;

/** The line in `room` columns; the keys come first, so that the narrowest window shows them. `key`: what the escape key is called. */
export function question({ name, role }: Asker, room: number, key = escapeName(DEFAULT_ESCAPE)): string {
  const what = role === "write" ? "type" : "watch";
  const long = `Someone wants to ${what}: ${key} y allows, ${key} n refuses.${name === "" ? "" : " Name: "}`;
  const short = `${key} y/n: ${what}? `;
  const inside = escaped(name);
  const wanted = name === "" ? 0 : Math.min(NAME_ROOM, width(inside) + 2);
  const form = room - long.length >= wanted ? long : short;
  return form + quoted(inside, room - form.length);
}

/** What a viewer wants to do, as the person at the host reads it: who, and what in two lengths. */
export interface Wished {
  readonly name: string;
  /** Ends the sentence "a viewer wants to …". */
  readonly what: string;
  /** The same in a narrow window, such as `localhost:5173`. */
  readonly short: string;
}

/**
 * The line that asks whether a viewer may do what it wants, in the longest form that has room for the keys, all of what is wanted, and the name:
 * that comes last, as in {@link question}. In the narrowest windows the middle of what is wanted gives way, for both of its ends matter.
 */
export function permissionQuestion(
  { name, what, short }: Wished,
  room: number,
  key = escapeName(DEFAULT_ESCAPE),
): string {
  const inside = escaped(name);
  const wanted = name === "" ? 0 : Math.min(NAME_ROOM, width(inside) + 2);
  const forms = [
    `${key} y/a/n: A viewer wants to ${escaped(what)} (y once, a always, n no). `,
    `${key} y once, a always, n no: ${escaped(what)}? `,
    `${key} y/a/n: ${escaped(what)}? `,
    `${key} y/a/n: ${escaped(short)}? `,
  ];
  const form = forms.find((form) => width(form) + wanted <= room);
  if (form) return form + quoted(inside, room - width(form));
  const keys = `${key} y/a/n: `;
  const least = name === "" ? 0 : LEAST_NAME;
  const shown = withoutMiddle(escaped(short), room - keys.length - least - 2);
  return inRoom(`${keys}${shown}? `, room) + quoted(inside, room - width(`${keys}${shown}? `));
}

/** `text` in `room` columns, with `…` for its middle where that is too little. */
function withoutMiddle(text: string, room: number): string {
  const cells = rowCells(text, Infinity).map(({ chars }) => chars);
  if (cells.length <= room) return text;
  const ends = Math.max(0, room - 1);
  const last = Math.ceil(ends / 2);
  return `${cells.slice(0, ends - last).join("")}…${cells.slice(cells.length - last).join("")}`;
}

function inRoom(text: string, room: number): string {
  return rowCells(text, Math.max(0, room)).map(({ chars }) => chars).join("");
}

/** A name as its owner claims it, in quotes that it can't end, in `room` columns; `nobody` where there is none. */
export function quotedName(name: string, room: number, nobody: string): string {
  return quoted(escaped(name), room) || nobody;
}

/** Quotes, and whatever takes no place, turns the direction or is a space of another look, as escapes. */
function escaped(name: string): string {
  return name.replace(
    /["\\]|(?! )[\p{C}\p{Z}]|^\p{M}/gu,
    (char) => /["\\]/.test(char) ? `\\${char}` : `\\u{${char.codePointAt(0)!.toString(16)}}`,
  );
}

function quoted(inside: string, room: number): string {
  if (inside === "" || room < LEAST_NAME) return "";
  if (width(inside) <= room - 2) return `"${inside}"`;
  const start = rowCells(inside, room - 3).map(({ chars }) => chars).join("");
  return `"${start}…"`;
}

function width(text: string): number {
  return rowCells(text, Infinity).length;
}
