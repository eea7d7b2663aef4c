/** Join codes: `<session id>-<secret words>`, as text and as URL. `README.md` lists the forms. */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { SESSION_ID } from "../schema/signal.ts";

/** Which of the host's PAKE records the secret belongs to; it determines the viewer's role once the secret is proved. */
export type Access = "write" | "view";

export interface JoinCode {
  readonly session: string;
  readonly access: Access;
  /** The secret words, three to six, joined by `-`; absent where the secret is a passphrase. */
  readonly words?: string;
  /** The road's base URL (`http://192.168.1.5:41234`, `https://road.example`), if the code names it. */
  readonly road?: string;
}

/** An invalid join code: the message says what was wrong, the value, what would be valid, and what to try. */
export class CodeError extends Error {
  override name = "CodeError";
  constructor(
    readonly what: string,
    readonly value: string,
    readonly wanted: string,
    readonly hint: string,
  ) {
    super(`${what}: ${value === "" ? "nothing" : JSON.stringify(value)}; wanted ${wanted}. ${hint}`);
  }
}

/**
 * Three of 2,048 words are 33 bits, for 4,096 wrong guesses; a host that met more wrong guesses chooses longer secrets (`guess_limit.ts`).
 */
export const WORD_COUNT = 3;
/** Bits per word. */
export const WORD_BITS = 11;
/** 66 bits: more than the guesses of any session require. */
const MOST_WORDS = 6;
/** The marker of a view code; never one of its secret words. */
const VIEW = "view";
/** The longest code or URL that is parsed, in characters. */
const MAX_CODE = 512;
/** The longest value that an error repeats, in characters. */
const MAX_SHOWN = 60;

const EXAMPLE = "7kq2mx-river-lamp-ocean";
const AGAIN = "Copy the whole code from the host's terminal";

/** `count` random words, e.g. `river-lamp-ocean`. `random` fills an array with cryptographically random bits. */
export function newWords(
  count: number = WORD_COUNT,
  random: (into: Uint16Array<ArrayBuffer>) => void = (a) => void crypto.getRandomValues(a),
): string {
  const words: string[] = [];
  while (words.length < count) {
    const draw = new Uint16Array(1);
    random(draw);
    // 2,048 divides 65,536: every word is equally likely.
    const word = wordlist[draw[0]! % wordlist.length]!;
    if (word !== VIEW) words.push(word);
  }
  return words.join("-");
}

/** The code as a person types it: with `@host:port` where the road is plain HTTP at a bare address. */
export function printCode(code: JoinCode): string {
  const parts = [code.session];
  if (code.access === "view") parts.push(VIEW);
  if (code.words !== undefined) parts.push(code.words);
  const bare = code.road === undefined ? null : /^http:\/\/([^/]+)$/.exec(code.road);
  return parts.join("-") + (bare ? `@${bare[1]}` : "");
}

/** The code as a URL on `road` (its public base URL); the secret is in the fragment after `#`, which browsers never send. */
export function printUrl(code: JoinCode, road: string): string {
  const secret = [
    ...(code.access === "view" ? [VIEW] : []),
    ...(code.words === undefined ? [] : [code.words]),
  ];
  return `${road.replace(/\/+$/, "")}/j/${code.session}${secret.length > 0 ? "#" + secret.join("-") : ""}`;
}

/** Parses any form of a join code; ignores surrounding blanks and letter case. Throws {@link CodeError}. */
export function parseCode(input: string): JoinCode {
  const text = input.trim();
  if (text === "") throw new CodeError("No join code", "", `one like ${EXAMPLE}`, `${AGAIN}.`);
  if (text.length > MAX_CODE) {
    throw new CodeError(
      "The join code is too long",
      shorten(text),
      `at most ${MAX_CODE} characters`,
      `${AGAIN}.`,
    );
  }
  return /^[a-z]+:\/\//i.test(text) ? parseUrl(text) : parseText(text);
}

function parseUrl(text: string): JoinCode {
  const wanted = "https://road.example/j/7kq2mx#river-lamp-ocean";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CodeError("The join URL can't be read", shorten(text), wanted, `${AGAIN}.`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new CodeError("The join URL's scheme is unknown", url.protocol, "http: or https:", `${AGAIN}.`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    throw new CodeError(
      "The join URL has parts that no join URL has",
      shorten(url.origin + url.pathname),
      wanted,
      `${AGAIN}.`,
    );
  }
  const path = /^(.*)\/j\/([^/]+)\/?$/.exec(url.pathname);
  if (!path) {
    throw new CodeError(
      "The join URL's path names no session",
      shorten(url.pathname),
      "/j/<session>",
      `${AGAIN}.`,
    );
  }
  const session = parseSession(path[2]!.toLowerCase());
  return { session, ...parseSecret(url.hash.slice(1).toLowerCase()), road: url.origin + path[1]! };
}

function parseText(text: string): JoinCode {
  const at = text.indexOf("@");
  const [session, secret] = splitOnce((at < 0 ? text : text.slice(0, at)).toLowerCase());
  return {
    session: parseSession(session),
    ...parseSecret(secret),
    ...(at < 0 ? {} : { road: parseAddress(text.slice(at + 1)) }),
  };
}

function splitOnce(text: string): [string, string] {
  const dash = text.indexOf("-");
  return dash < 0 ? [text, ""] : [text.slice(0, dash), text.slice(dash + 1)];
}

function parseSession(session: string): string {
  if (SESSION_ID.test(session)) return session;
  const word = wordlist.includes(session);
  throw new CodeError(
    "The join code does not start with a session id",
    shorten(session),
    "6 to 16 of a-z and 2-9, without l and o, as in 7kq2mx",
    word
      ? `That is one of the secret words; the session id comes before them, as in ${EXAMPLE}.`
      : `${AGAIN}.`,
  );
}

function parseSecret(secret: string): { access: Access; words?: string } {
  if (secret === "") return { access: "write" };
  let words = secret.split("-");
  const access: Access = words[0] === VIEW ? "view" : "write";
  if (access === "view") words = words.slice(1);
  if (words.length === 0) return { access };
  for (const word of words) {
    if (!wordlist.includes(word) || word === VIEW) {
      const near = nearest(word);
      throw new CodeError(
        "The join code has an unknown word",
        shorten(word),
        "words of the BIP-39 English list",
        near === undefined ? `${AGAIN}.` : `Did you mean "${near}"?`,
      );
    }
  }
  if (words.length < WORD_COUNT || words.length > MOST_WORDS) {
    throw new CodeError(
      "The join code has the wrong number of secret words",
      String(words.length),
      `${WORD_COUNT} to ${MOST_WORDS} words, as in ${EXAMPLE}`,
      words.length < WORD_COUNT ? `Part of it is missing. ${AGAIN}.` : `${AGAIN}.`,
    );
  }
  return { access, words: words.join("-") };
}

/** The base URL of `host:port`. */
function parseAddress(address: string): string {
  const match = /^((?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})$/.exec(
    address,
  );
  const port = Number(match?.[2]);
  const url = match && port >= 1 && port <= 65535 ? `http://${match[1]!.toLowerCase()}:${port}` : "";
  if (!URL.canParse(url)) {
    throw new CodeError(
      "The road's address in the join code is wrong",
      shorten(address),
      "ADDRESS:PORT after the @, as in 192.168.1.5:41234",
      `${AGAIN}.`,
    );
  }
  return url;
}

/** The BIP-39 word with the same first four letters (which identify it) or at an edit distance of one; undefined if there is none. */
function nearest(word: string): string | undefined {
  const starts = word.length >= 4
    ? wordlist.find((w) => w !== VIEW && w.slice(0, 4) === word.slice(0, 4))
    : undefined;
  return starts ?? (word.length <= 10 ? wordlist.find((w) => w !== VIEW && oneEdit(w, word)) : undefined);
}

/** Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`. */
function oneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const rest = (s: string, skip: number) => s.slice(i + skip);
  return rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1) ||
    (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, 2) === rest(b, 2));
}

/** A value as an error repeats it: printable and short. */
function shorten(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what it replaces
  const plain = text.replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
  return plain.length > MAX_SHOWN ? plain.slice(0, MAX_SHOWN) + "…" : plain;
}
