/**
 * The escape sequences that make a terminal answer. Sources: xterm's control sequences
 * (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), the documents of kitty, iTerm2, foot and rxvt-unicode.
 */

/** A parsed control sequence or escape sequence: `ESC`, `[` for CSI, private prefix, parameters, intermediates, final. */
export interface Control {
  readonly csi: boolean;
  readonly prefix: string;
  readonly params: string;
  readonly intermediates: string;
  readonly final: string;
}

/** Parses a whole 7-bit sequence, without controls inside. Null if it is none. */
export function readControl(text: string): Control | null {
  if (text.length < 2 || text[0] !== "\x1b") return null;
  const csi = text[1] === "[";
  const match = /^([<=>?]*)([0-9:;]*)([ -/]*)([0-~])$/.exec(text.slice(csi ? 2 : 1));
  if (!match) return null;
  const [, prefix = "", params = "", intermediates = "", final = ""] = match;
  return { csi, prefix, params, intermediates, final };
}

/** CSI functions that terminals answer, as prefix, intermediates and final, for any parameters. */
const CSI_QUERIES = new Set([
  ...["c", ">c", "=c"], // DA1, DA2, DA3
  ...["n", "?n"], // DSR: status, cursor, keyboard, colour scheme ...
  ...["$p", "?$p"], // DECRQM
  ...["x", ">q", "?u", "?m", "?g"], // DECREQTPARM, XTVERSION, kitty keyboard, XTQMODKEYS, XTQFMTKEYS
  ...["*y", "&u", "$w", "$u", "+x", '"v', "'|"], // DECRQCRA, DECRQUPSS, DECRQPSR, DECRQTSR, DECRQPKFM, DECRQDE, DECRQLP
  ...["?S", "#|", "#R", "#S"], // XTSMGRAPHICS, XTREPORTSGR, XTREPORTCOLORS, xterm's title modes
]);
/** XTWINOPS that report. */
const WINDOW_REPORTS = new Set([11, 13, 14, 15, 16, 18, 19, 20, 21]);

/** Whether a terminal answers this sequence. */
export function isQuery({ csi, prefix, params, intermediates, final }: Control): boolean {
  if (!csi) return intermediates === "" && final === "Z"; // DECID
  const name = prefix + intermediates + final;
  if (name === "t") return WINDOW_REPORTS.has(parseInt(params, 10));
  return CSI_QUERIES.has(name);
}

/** Private modes in which a terminal reports by itself: changes of colour scheme (2031), of size (2048). */
const REPORT_MODES = new Set([2031, 2048]);

/**
 * A DECSET without the modes that make the terminal report; null if it has none of those, so it may pass unchanged; empty if nothing is
 * left.
 */
export function withoutReports({ csi, prefix, params, intermediates, final }: Control): string | null {
  if (!csi || prefix !== "?" || intermediates !== "" || final !== "h") return null;
  const modes = params.split(";");
  const rest = modes.filter((mode) => !REPORT_MODES.has(parseInt(mode, 10)));
  if (rest.length === modes.length) return null;
  return rest.length === 0 ? "" : `\x1b[?${rest.join(";")}h`;
}

/** The decision about a string: wait for more of it, pass it, or drop it. */
export type Verdict = "hold" | "pass" | "drop";

/**
 * Decides about a string by its bytes so far, as Latin-1: `ESC`, its introducer, its content. `whole`: it has ended, without its
 * terminator. For a whole string the result is never `hold`.
 */
export function judgeString(text: string, whole: boolean): Verdict {
  const content = text.slice(2);
  switch (text[1]) {
    case "]":
      return judgeOsc(content, whole);
    case "P":
      return judgeDcs(content, whole);
    case "_":
      return judgeApc(content, whole);
    default:
      return "pass";
  }
}

/** OSC that terminals never answer, and that may be long: titles, directories, links, notifications, shell marks. */
const SILENT_OSC = new Set([0, 1, 2, 7, 8, 9, 30, 104, 105, 133, 633, 777]);
/** OSC that only ask: xterm's allowed and disallowed operations. */
const ASKING_OSC = new Set([60, 61]);

function judgeOsc(content: string, whole: boolean): Verdict {
  const end = content.indexOf(";");
  const code = /^[0-9]+/.exec(content)?.[0] ?? "";
  if (end < 0 && !whole && code.length === content.length) return "hold";
  if (code === "") return "pass"; // letters: Sun's and Linux's, which are not answered
  const number = Number(code);
  const payload = end < 0 ? "" : content.slice(end + 1);
  if (SILENT_OSC.has(number) || (number >= 110 && number <= 119)) return "pass";
  if (ASKING_OSC.has(number)) return "drop";
  switch (number) {
    case 52: { // clipboard: which one, then data or ?
      const data = payload.indexOf(";");
      if (data < 0 || data + 1 === payload.length) return whole ? "pass" : "hold";
      return payload[data + 1] === "?" ? "drop" : "pass";
    }
    case 99: { // kitty's notifications: p=? asks what is supported
      const metadata = payload.split(";", 1)[0]!;
      if (!whole && metadata.length === payload.length) return "hold";
      return /(^|:)p=(\?|alive)(:|$)/.test(metadata) ? "drop" : "pass";
    }
    case 1337: { // iTerm2
      const name = /^[A-Za-z0-9]*/.exec(payload)![0];
      if (!whole && name.length === payload.length) return "hold";
      return /^(Report|Request|Capabilities)/.test(name) ? "drop" : "pass";
    }
    case 5522: // kitty's clipboard
      if (!whole) return "hold";
      return /(^|:)type=read/.test(payload.split(";", 1)[0]!) ? "drop" : "pass";
    default: // colours, fonts, pointers: a ? in place of a value asks
      if (!whole) return "hold";
      return payload.split(";").some((part) => part === "?" || /^\?|=\?$/.test(part)) ? "drop" : "pass";
  }
}

function judgeDcs(content: string, whole: boolean): Verdict {
  const header = /^[0-?]*([ -/]*)([@-~])/.exec(content);
  if (!header) return whole || !/^[0-?]*[ -/]*$/.test(content) ? "pass" : "hold";
  const [all, intermediates, final] = header;
  // DECRQSS, XTGETTCAP, xterm's resources.
  if (final === "q" && /^[$+]/.test(intermediates!)) return "drop";
  if (final === "Q" && intermediates === "+") return "drop";
  if (final !== "@") return "pass";
  const command = content.slice(all.length); // kitty's remote control
  if (command.length < 9 && "kitty-cmd".startsWith(command) && !whole) return "hold";
  return command.startsWith("kitty-cmd") ? "drop" : "pass";
}

/** kitty graphics: a query (`a=q`), or an image with a number, is answered unless `q=2` forbids it. */
function judgeApc(content: string, whole: boolean): Verdict {
  if (content === "") return whole ? "pass" : "hold";
  if (content[0] !== "G") return "pass";
  const end = content.indexOf(";");
  if (end < 0 && !whole) return "hold";
  const keys = (end < 0 ? content.slice(1) : content.slice(1, end)).split(",");
  if (keys.includes("a=q")) return "drop";
  return keys.some((key) => /^[iI]=/.test(key)) && !keys.includes("q=2") ? "drop" : "pass";
}
