/**
 * What of strings (OSC, DCS, APC) a viewer's terminal gets. A string that is not named here may write files, run commands, read
 * the clipboard or make the terminal answer. `PROTOCOL.md` has the table.
 */

/** Most strings are shorter, bytes; of longer ones only those of {@link LONG} pass. */
export const SHORT = 8 * 1024;
/** What is to be copied, in base64: how it begins, and the most that it takes; bytes. */
const LONG: readonly (readonly [start: RegExp, most: number])[] = [[/^\]52;/, 1024 * 1024]];

/** How pictures begin: sixel, iTerm's, kitty's. */
const PICTURE = /^(P[0-9;]*q|\]1337;(File|MultipartFile|FilePart)=|\]1337;FileEnd|_G)/;

/** Whether a string that begins so is a picture, or about one. The terminal gets none of them: what is to be seen of it is painted (`picture_painter.ts`). */
export function isPicture(start: string): boolean {
  return PICTURE.test(start);
}

/** The most bytes that a string may have which begins so: its introducer's letter and its content. */
export function longest(start: string): number {
  return LONG.find(([pattern]) => pattern.test(start))?.[1] ?? SHORT;
}

/** What to do with a string: show it, in this form; ask the person whether to copy it; or leave it out. */
export type Verdict =
  | { readonly kind: "show"; readonly text: string }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "drop" };

const DROP: Verdict = { kind: "drop" };
const show = (text: string): Verdict => ({ kind: "show", text });

/** Judges a whole string: its introducer's letter (`]` for OSC) and its content without controls. What passes is in the same form. */
export function judge(text: string): Verdict {
  return text[0] === "]" ? judgeOsc(text) : DROP;
}

function judgeOsc(text: string): Verdict {
  const [, digits, payload = ""] = /^\](\d{1,5})(?:;(.*))?$/su.exec(text) ?? [];
  if (digits === undefined) return DROP;
  const code = Number(digits);
  // Colours, by number and by use: a ? in place of one asks.
  if (code === 4 || code === 5 || code >= 10 && code <= 19) return payload.includes("?") ? DROP : show(text);
  if (code === 104 || code === 105 || code >= 110 && code <= 119) return show(text);
  const shape = OSC[code];
  if (typeof shape === "function") return shape(payload);
  return shape?.test(payload) ? show(text) : DROP;
}

/** By number, the payload that passes as it is, or what becomes of it. */
const OSC: Readonly<Record<number, RegExp | ((payload: string) => Verdict)>> = {
  0: /^/, // icon's and window's title
  1: /^/,
  2: /^/,
  // The folder, on a machine that is named: without a name it would be one of the viewer's own.
  7: /^(?!file:\/\/(localhost)?\/)[a-z0-9+-]+:\/\/[^/]/i,
  8: (payload) => show(`]8;${isSafeLink(payload.slice(payload.indexOf(";") + 1)) ? payload : ";"}`),
  // A notification, or progress. ConEmu's others wait, ask, and run commands.
  9: /^(4;[0-4](;\d{0,3})?;?$|(?!\d+(;|$)))/,
  22: /^[a-z_-]{0,40}$/, // the pointer's shape
  52: copied,
  99: (payload) => isSilentNotification(payload) ? show(`]99;${payload}`) : DROP,
  133: (payload) => {
    const [mark = "", ...options] = payload.split(";");
    if (!/^[A-DILNP]$/.test(mark)) return DROP;
    return show(`]133;${[mark, ...options.filter((option) => MARK_OPTION.test(option))].join(";")}`);
  },
  777: /^notify;/,
};

/** A command's status, and what the mark belongs to. Others make a click type. */
const MARK_OPTION = /^(\d{1,10}|k=[a-z]|aid=[\w.-]{1,64})$/;

/** Links that only a web browser or a mail program opens. */
const SAFE_LINK = /^(https?|ftp|mailto):/i;

/** Whether text may be a link there. The empty one ends a link. */
export function isSafeLink(uri: string): boolean {
  return uri === "" || SAFE_LINK.test(uri);
}

/** What is to be put into the clipboard or the selection: base64. Without any it would be emptied. */
function copied(payload: string): Verdict {
  return /^[a-z0-7]{0,8};[A-Za-z0-9+/=]+$/.test(payload) ? { kind: "copy", text: `]52;${payload}` } : DROP;
}

/** Keys of kitty's notifications (OSC 99) that never make a terminal report. */
const NOTIFICATION_KEYS = /^([deiuwfntsgo]=[\w+/=.-]*|p=(title|body)|a=-?focus)$/;

function isSilentNotification(payload: string): boolean {
  const metadata = payload.slice(0, payload.indexOf(";"));
  return payload.includes(";") &&
    metadata.split(":").every((key) => key === "" || NOTIFICATION_KEYS.test(key));
}
