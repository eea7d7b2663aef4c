/** The file with the cookies that X servers ask for (xauth(1), Xsecurity(7)). Pure. */

/** One entry: to whom it belongs, and the secret. */
interface Entry {
  readonly family: number;
  readonly address: Uint8Array;
  readonly display: string;
  readonly name: string;
  readonly data: Uint8Array;
}

/** A secret as the server's handshake takes it; `data` has one character a byte. Both are empty if there is none. */
export interface Cookie {
  readonly name: string;
  readonly data: string;
}

/** Whom a connection leads to: this machine by `host` name, or another by its IPv4 or IPv6 `address` as bytes. */
export interface Server {
  readonly host: string;
  readonly address: Uint8Array | undefined;
  readonly display: number;
}

/** Families of addresses (Xauth.h). */
const FAMILY_LOCAL = 256;
const FAMILY_WILD = 65_535;
/** The only kind of secret that all servers know. */
const COOKIE = "MIT-MAGIC-COOKIE-1";

const latin1 = new TextDecoder("latin1");
const utf8 = new TextEncoder();

/** The secret for `server` in the bytes of a file; an empty one where it has none. What follows a damaged entry is not read. */
export function findCookie(file: Uint8Array, server: Server): Cookie {
  const found = entries(file).find((entry) => entry.name === COOKIE && isFor(entry, server));
  if (found === undefined) return { name: "", data: "" };
  return { name: found.name, data: String.fromCharCode(...found.data) };
}

/** A file with one entry, for any display of any machine. */
export function xauthorityFile(cookie: Uint8Array): Uint8Array {
  const fields = [new Uint8Array(), new Uint8Array(), utf8.encode(COOKIE), cookie];
  const bytes: number[] = [FAMILY_WILD >> 8, FAMILY_WILD & 0xff];
  for (const field of fields) bytes.push(field.length >> 8, field.length & 0xff, ...field);
  return Uint8Array.from(bytes);
}

function isFor({ family, address, display }: Entry, server: Server): boolean {
  if (display !== "" && display !== String(server.display)) return false;
  if (family === FAMILY_WILD) return true;
  if (server.address === undefined) return family === FAMILY_LOCAL && latin1.decode(address) === server.host;
  return family !== FAMILY_LOCAL && isSame(address, server.address);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function entries(file: Uint8Array): Entry[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Entry[] = [];
  let at = 0;
  const field = () => {
    const length = view.getUint16(at);
    if (at + 2 + length > file.length) throw new RangeError("a field that ends behind the file");
    const bytes = file.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return bytes;
  };
  try {
    while (at < file.length) {
      const family = view.getUint16(at);
      at += 2;
      const [address, display, name, data] = [field(), field(), field(), field()];
      found.push({ family, address, display: latin1.decode(display), name: latin1.decode(name), data });
    }
  } catch (error) {
    // Somebody is writing it, or it is no such file; the entries before are whole.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}
