/** Names, titles and notices that somebody else wrote, as a person may be shown them. */

/** A line that the other end says to a person is shown up to here, characters: a screen's width or three. */
export const SAID = 300;

/** What moves a cursor, begins a line or ends one: a space stands for it. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
/**
 * What turns the order of letters around, or takes no room: "\u202Egpj.exe" would read as "exe.jpg". The joiner U+200D stays, which emoji
 * are made with.
 */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;

/** `text` on one line and in the order in which it is written: without control characters and bidi overrides, at most `most` code points of it. */
export function shownText(text: string, most: number): string {
  // No more than could be shown is looked at, however much came: each code point is two units at most.
  const plain = text.slice(0, 4 * most).toWellFormed().replace(CONTROLS, " ").replace(UNSEEN, "").trim();
  const points = [...plain];
  return points.length <= most && text.length <= 4 * most ? plain : `${points.slice(0, most - 1).join("")}…`;
}
