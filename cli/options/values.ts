/** Parsers of flag values: text in, a checked value out, {@link BadValue} for anything else. Pure, except for `fileText`. */
import { MAX_SIDE } from "../../frames/limits.ts";
import { nativeIceServers } from "../../transport/webrtc/ice_servers.ts";
import type { IceServer } from "../../transport/webrtc/rtc.ts";

/** An invalid value; the caller adds the flag's name and the value. */
export class BadValue extends Error {
  override readonly name = "BadValue";
  constructor(readonly wanted: string, readonly hint?: string) {
    super(`wanted ${wanted}`);
  }
}

export type Read<T> = (text: string) => T;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest duration, in ms: JavaScript's timers have 31 bits of ms; this is the round number below. */
const MAX_DURATION = 24 * UNITS.h!;

/** `500ms`, `2s`, `1.5m`, `1h` as ms; the unit is required, so that it cannot be misunderstood. From `least` to 24 hours. */
export function duration(least = 0): Read<number> {
  return (text) => {
    const wanted = "a time such as 500ms, 2s, 10m or 1h";
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
    if (!match) {
      throw new BadValue(wanted, /^\d+$/.test(text) ? `Add the unit: ${text}s or ${text}ms` : undefined);
    }
    const ms = Math.round(Number(match[1]) * UNITS[match[2]!]!);
    if (ms < least || ms > MAX_DURATION) throw new BadValue(`${wanted}, from ${least}ms to 24h`);
    return ms;
  };
}

const SIZES: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  k: 1000,
  kB: 1000,
  KiB: 1024,
  K: 1024,
  MB: 1e6,
  MiB: 1024 ** 2,
  M: 1024 ** 2,
  GB: 1e9,
  GiB: 1024 ** 3,
  G: 1024 ** 3,
};

/** `65536`, `64KiB`, `1MB`, `1.5M` as bytes, from `least` to `most`. */
export function bytes(least: number, most: number): Read<number> {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text);
    const unit = match && Object.hasOwn(SIZES, match[2]!) ? SIZES[match[2]!]! : NaN;
    const value = Math.round(Number(match?.[1]) * unit);
    if (!(value >= least && value <= most)) {
      throw new BadValue(`a size from ${least} to ${most} bytes, such as 512KiB or 4MiB`);
    }
    return value;
  };
}

/** `20`, `20%`, `0.5%` as a percentage from 0 to 100. */
export function percentage(text: string): number {
  const value = /^\d+(?:\.\d+)?%?$/.test(text) ? parseFloat(text) : NaN;
  if (!(value <= 100)) throw new BadValue("a percentage from 0 to 100, such as 5 or 12.5%");
  return value;
}

/** A percentage as a fraction from 0 to 1; `off` as Infinity, which is never reached. */
export function threshold(text: string): number {
  if (text === "off") return Infinity;
  try {
    return percentage(text) / 100;
  } catch {
    throw new BadValue("a percentage from 0 to 100, such as 10, or off");
  }
}

/** A whole number in `[least, most]`. */
export function count(least: number, most: number): Read<number> {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) throw new BadValue(`a whole number from ${least} to ${most}`);
    return value;
  };
}

/** One of `words`. */
export function oneOf<const W extends string>(...words: readonly W[]): Read<W> {
  return (text) => {
    const word = words.find((w) => w === text);
    if (word === undefined) throw new BadValue(`${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
    return word;
  };
}

/** Whose window the screen fits: the host's, that of the writer who typed last, or none (a fixed size in cells). */
export type SizePolicy =
  | { readonly kind: "host" }
  | { readonly kind: "writer" }
  | { readonly kind: "fixed"; readonly cols: number; readonly rows: number };

/** Wide characters need 2 columns. */
export function size(text: string): SizePolicy {
  if (text === "host" || text === "writer") return { kind: text };
  const match = /^(\d{1,4})[xX](\d{1,4})$/.exec(text);
  const cols = Number(match?.[1]), rows = Number(match?.[2]);
  if (!(cols >= 2 && rows >= 1 && cols <= MAX_SIDE && rows <= MAX_SIDE)) {
    throw new BadValue(`host, writer or COLSxROWS up to ${MAX_SIDE}x${MAX_SIDE}, such as 120x40`);
  }
  return { kind: "fixed", cols, rows };
}

/** An http(s) base URL, without a slash at the end. */
export function baseUrl(text: string): string {
  const wanted = "a base URL such as https://road.example";
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    const bare = /^[\w.-]+(:\d+)?(\/|$)/.test(text) && !/^[a-z]+:\/\//i.test(text);
    const swapped = /^wss?:\/\//.test(text) ? text.replace(/^ws/, "http") : undefined;
    throw new BadValue(
      wanted,
      swapped ? `Write ${swapped}` : bare ? `Write https://${text} or http://${text}` : undefined,
    );
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new BadValue(wanted, "Leave out user, password, ? and #");
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** An http(s) origin as browsers name it: `https://app.example`, `http://127.0.0.1:3000`. */
export function origin(text: string): string {
  const url = baseUrl(text);
  const named = new URL(url).origin;
  if (url !== named) throw new BadValue("an origin such as https://app.example", `Write ${named}`);
  return named;
}

/** A host name or address without a port, as in URLs: `road.internal`, `192.0.2.1`, `[2001:db8::1]`. */
export function hostName(text: string): string {
  const host = /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])$/.test(text) ? URL.parse(`http://${text}`)?.host : "";
  if (!host) throw new BadValue("a name or an address without a port, such as road.internal");
  return host;
}

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** `ADDR:PORT`, `[v6]:PORT`, `:PORT` (every address) or `PORT` (the same). Port 0: the system chooses one. */
export function address(text: string): Address {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || !(port <= 65535)) {
    throw new BadValue("ADDR:PORT with a port from 0 to 65535, such as 127.0.0.1:8080 or [::]:8080");
  }
  return { hostname: (match[1] || "0.0.0.0").replace(/^\[|\]$/g, ""), port };
}

/** `stun:host:port` or `turn:user:password@host:port`; `:`, `@` and `%` of the password as %3A, %40, %25. */
export function iceServer(text: string): IceServer {
  const wanted = "stun:host:port or turn:user:password@host:port";
  const match = /^(stuns?|turns?):(?:(.*)@)?([^@]+)$/i.exec(text);
  if (!match) throw new BadValue(wanted);
  const login = match[2] === undefined ? null : /^(.+):([^:]+)$/.exec(match[2]);
  if (match[2] !== undefined && login === null) throw new BadValue(wanted);
  let server: IceServer = { urls: [`${match[1]!.toLowerCase()}:${match[3]!}`] };
  try {
    if (login) {
      server = {
        ...server,
        username: decodeURIComponent(login[1]!),
        credential: decodeURIComponent(login[2]!),
      };
    }
  } catch {
    throw new BadValue(wanted, "Write a % of the user or password as %25");
  }
  const [fault] = nativeIceServers([server]).skipped;
  // The error begins with the URL, which the caller shows already.
  if (fault !== undefined) throw new BadValue(wanted, capital(fault.slice(fault.indexOf(": ") + 2)));
  return server;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A name that others see: 1 to 64 characters, none of them controls. */
export function displayName(text: string): string {
  if (
    text.trim() === "" || [...text].length > 64 || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text)
  ) {
    throw new BadValue("1 to 64 printable characters");
  }
  return text.trim();
}

/** Any text that is not empty: a path, a passphrase. */
export function text(what: string): Read<string> {
  return (value) => {
    if (value === "") throw new BadValue(what);
    return value;
  };
}

/** The largest file, in bytes: certificate chains have some 10 kB, and a device such as /dev/zero has no end. */
const MAX_FILE = 1024 * 1024;

/** The content of the file, up to a little more than `MAX_FILE`. */
function readStart(path: string): string {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(MAX_FILE + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = file.readSync(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** The content of the named file, without the line break at its end; `what` names the expected content. */
export function fileText(what: string): Read<string> {
  return (path) => {
    let content: string;
    try {
      content = readStart(path);
    } catch (error) {
      const why = error instanceof Deno.errors.NotFound ? "There is no such file" : "It can't be read";
      throw new BadValue(`a readable file with ${what}`, why);
    }
    if (content.length > MAX_FILE) {
      throw new BadValue(`a readable file with ${what}`, `It is larger than ${MAX_FILE} bytes`);
    }
    content = content.replace(/\r?\n$/, "");
    if (content === "") throw new BadValue(`a readable file with ${what}`, "The file is empty");
    return content;
  };
}
