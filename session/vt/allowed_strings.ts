/**
 * The strings (OSC, DCS, APC) that pass to a viewer's terminal. Any other string may write files, run commands, read the clipboard or make
 * the terminal answer. `PROTOCOL.md` has the table.
 */

/** The limit for most strings, in bytes; longer ones pass only if {@link LONG} lists them. */
export const SHORT = 8 * 1024;
/** Long strings: their beginning and their limit in bytes. A clipboard write, in base64. */
const LONG: readonly (readonly [start: RegExp, most: number])[] = [[/^\]52;/, 1024 * 1024]];

/** The beginnings of pictures: sixel, iTerm's, kitty's. */
const PICTURE = /^(P[0-9;]*q|\]1337;(File|MultipartFile|FilePart)=|\]1337;FileEnd|_G)/;

/**
 * Whether a string with this beginning is a picture, or belongs to one. None passes to the terminal: visible pictures are painted
 * (`picture_painter.ts`).
 */
export function isPicture(start: string): boolean {
  return PICTURE.test(start);
}

/** The limit, in bytes, for a string with this beginning (its introducer's letter and content). */
export function longest(start: string): number {
  return LONG.find(([pattern]) => pattern.test(start))?.[1] ?? SHORT;
}

/** The decision about a string: pass it, in this form, at once or paced; ask the person whether to copy; or drop it. */
export type Verdict =
  | { readonly kind: "show"; readonly text: string }
  /** Pass it, at a pace. */
  | { readonly kind: "notify"; readonly text: string }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "drop" };

const DROP: Verdict = { kind: "drop" };
const show = (text: string): Verdict => ({ kind: "show", text });

/** Decides about a whole string: its introducer's letter (`]` for OSC) and its content without controls. The result has the same form. */
export function judge(text: string): Verdict {
  return text[0] === "]" ? judgeOsc(text) : DROP;
}

function judgeOsc(text: string): Verdict {
  const [, digits, payload = ""] = /^\](\d{1,5})(?:;(.*))?$/su.exec(text) ?? [];
  if (digits === undefined) return DROP;
  const code = Number(digits);
  // Colours, by number and by use: a `?` in place of a colour asks for it.
  if (code === 4 || code === 5 || code >= 10 && code <= 19) return payload.includes("?") ? DROP : show(text);
  if (code === 104 || code === 105 || code >= 110 && code <= 119) return show(text);
  const shape = OSC[code];
  if (typeof shape === "function") return shape(payload);
  if (!shape?.test(payload)) return DROP;
  return NOTIFICATION.test(text) ? { kind: "notify", text } : show(text);
}

/** Notifications by iTerm2 and rxvt; OSC 9;4 is progress. */
const NOTIFICATION = /^\](9;(?!4;)|777;)/;

/** By number: the payloads that pass unchanged, or a function that decides. */
const OSC: Readonly<Record<number, RegExp | ((payload: string) => Verdict)>> = {
  0: /^/, // icon's and window's title
  1: /^/,
  2: /^/,
  // The working directory, on a named host: without a name it would be a directory of the viewer's machine.
  7: /^(?!file:\/\/(localhost)?\/)[a-z0-9+-]+:\/\/[^/]/i,
  8: (payload) => show(`]8;${isSafeLink(payload.slice(payload.indexOf(";") + 1)) ? payload : ";"}`),
  // A notification, or progress. ConEmu's other functions wait, ask, or run commands.
  9: /^(4;[0-4](;\d{0,3})?;?$|(?!\d+(;|$)))/,
  22: /^[a-z_-]{0,40}$/, // the pointer's shape
  52: copied,
  99: (payload) => isSilentNotification(payload) ? { kind: "notify", text: `]99;${payload}` } : DROP,
  133: (payload) => {
    const [mark = "", ...options] = payload.split(";");
    if (!/^[A-DILNP]$/.test(mark)) return DROP;
    return show(`]133;${[mark, ...options.filter((option) => MARK_OPTION.test(option))].join(";")}`);
  },
  777: /^notify;/,
};

/** The status of a command, and an id for the mark. Other options make a click type. */
const MARK_OPTION = /^(\d{1,10}|k=[a-z]|aid=[\w.-]{1,64})$/;

/** Links that only a web browser or a mail program opens. */
const SAFE_LINK = /^(https?|ftp|mailto):/i;

/** Whether a link to `uri` is safe. An empty one closes a link. */
export function isSafeLink(uri: string): boolean {
  return uri === "" || SAFE_LINK.test(uri);
}

/** Decides about a write to the clipboard or the selection: base64. An empty one would clear it. */
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
