/** Makes names, titles and notices that others wrote safe to show to a person. */

/** The longest line of the other end that is shown to a person, in characters: up to three screen widths. */
export const SAID = 300;

/** Characters that move a cursor, begin a line or end one: a space replaces them. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
/**
 * Characters that change the order of letters, or have no width: "\u202Egpj.exe" would read as "exe.jpg". The joiner U+200D is kept,
 * because emoji contain it.
 */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;

/** `text` on one line and in its written order: without control characters and bidi overrides, at most `most` code points. */
export function shownText(text: string, most: number): string {
  // Only as much as can be shown is processed, however long the text: a code point has at most two units.
  const plain = text.slice(0, 4 * most).toWellFormed().replace(CONTROLS, " ").replace(UNSEEN, "").trim();
  const points = [...plain];
  return points.length <= most && text.length <= 4 * most ? plain : `${points.slice(0, most - 1).join("")}…`;
}
