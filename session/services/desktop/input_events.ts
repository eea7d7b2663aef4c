/** Events of keyboard and pointer as bytes (`README.md`, "Input"). */
import { MAX_KEY, MAX_TEXT } from "./limits.ts";

export type InputEvent =
  | { readonly is: "key"; readonly down: boolean; readonly code: string; readonly key: string }
  | {
    readonly is: "button";
    readonly down: boolean;
    /** 0 left, 1 middle, 2 right, 3 back, 4 forward */
    readonly button: number;
    readonly x: number;
    readonly y: number;
  }
  /** 120 a notch; right and down are positive. */
  | { readonly is: "wheel"; readonly dx: number; readonly dy: number; readonly x: number; readonly y: number }
  | { readonly is: "text"; readonly text: string };

const [KEY, BUTTON, WHEEL, TEXT] = [1, 2, 3, 4] as const;
/** The highest button. */
const LAST_BUTTON = 4;
/** `KeyboardEvent.code` has letters and digits; it is empty where no key of a keyboard was pressed. */
const CODE = /^[A-Za-z0-9]*$/;
/** No name of a key, and no character that one types, is a control character. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Why bytes are no input event. Nothing behind them can be read. */
export class InputFault extends Error {
  override readonly name = "InputFault";
}

/**
 * `event` as bytes. Positions are whole pixels.
 * @throws {InputFault} for one that no host would take: a key or a text that is too long
 */
export function encodeInputEvent(event: InputEvent): Uint8Array {
  const bytes = written(event);
  // What the host will do, done here: else one bad event ends all input.
  if (new InputEventReader().push(bytes).length !== 1) throw new InputFault(`${event.is} can't be sent`);
  return bytes;
}

function written(event: InputEvent): Uint8Array {
  switch (event.is) {
    case "key": {
      const code = encoder.encode(event.code);
      const key = encoder.encode(event.key);
      if (code.length > MAX_KEY || key.length > MAX_KEY) {
        throw new InputFault("the name of a key is too long");
      }
      return Uint8Array.of(KEY, Number(event.down), code.length, ...code, key.length, ...key);
    }
    case "button":
      return Uint8Array.of(BUTTON, Number(event.down), event.button, ...pair(event.x, event.y));
    case "wheel":
      return Uint8Array.of(WHEEL, ...pair(event.dx, event.dy), ...pair(event.x, event.y));
    case "text": {
      const text = encoder.encode(event.text);
      if (text.length > MAX_TEXT) {
        throw new InputFault(`a text of ${text.length} bytes; ${MAX_TEXT} are taken`);
      }
      return Uint8Array.of(TEXT, text.length >> 8, text.length & 0xff, ...text);
    }
  }
}

/** Two numbers of 16 bits, big endian. */
function pair(one: number, other: number): number[] {
  return [one >> 8 & 0xff, one & 0xff, other >> 8 & 0xff, other & 0xff];
}

/** Reads events from bytes that come in any pieces. It keeps less than one event. */
export class InputEventReader {
  #left = new Uint8Array();

  /**
   * The events that `bytes` complete, in order.
   * @throws {InputFault} at the first byte that is wrong; this reader is of no use after that
   */
  push(bytes: Uint8Array): InputEvent[] {
    const all = new Uint8Array(this.#left.length + bytes.length);
    all.set(this.#left);
    all.set(bytes, this.#left.length);
    const events: InputEvent[] = [];
    let at = 0;
    for (let read = readEvent(all, at); read; read = readEvent(all, at)) {
      events.push(read.event);
      at = read.end;
    }
    this.#left = all.slice(at);
    return events;
  }
}

interface Read {
  readonly event: InputEvent;
  readonly end: number;
}

/** The event at `at`; undefined while bytes of it are missing. */
function readEvent(bytes: Uint8Array, at: number): Read | undefined {
  if (at >= bytes.length) return undefined;
  switch (bytes[at]) {
    case KEY:
      return readKey(bytes, at);
    case BUTTON:
      return readButton(bytes, at);
    case WHEEL: {
      const end = at + 9;
      if (end > bytes.length) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const [dx, dy] = [view.getInt16(1), view.getInt16(3)];
      return { event: { is: "wheel", dx, dy, x: view.getUint16(5), y: view.getUint16(7) }, end };
    }
    case TEXT: {
      if (at + 3 > bytes.length) return undefined;
      const length = bytes[at + 1]! << 8 | bytes[at + 2]!;
      if (length === 0 || length > MAX_TEXT) throw new InputFault(`a text of ${length} bytes`);
      const end = at + 3 + length;
      if (end > bytes.length) return undefined;
      return { event: { is: "text", text: utf8(bytes.subarray(at + 3, end)) }, end };
    }
    default:
      throw new InputFault(`an input event of type ${bytes[at]}`);
  }
}

function readKey(bytes: Uint8Array, at: number): Read | undefined {
  const down = flag(bytes[at + 1]);
  const codeLength = bytes[at + 2];
  if (codeLength === undefined) return undefined;
  if (codeLength > MAX_KEY) throw new InputFault(`the code of a key has ${codeLength} bytes`);
  const keyAt = at + 3 + codeLength;
  const keyLength = bytes[keyAt];
  if (keyLength === undefined) return undefined;
  if (keyLength > MAX_KEY) throw new InputFault(`the name of a key has ${keyLength} bytes`);
  const end = keyAt + 1 + keyLength;
  if (end > bytes.length) return undefined;
  const code = utf8(bytes.subarray(at + 3, keyAt));
  const key = utf8(bytes.subarray(keyAt + 1, end));
  if (!CODE.test(code) || CONTROL.test(key) || code + key === "") {
    throw new InputFault("a key without a name");
  }
  return { event: { is: "key", down, code, key }, end };
}

function readButton(bytes: Uint8Array, at: number): Read | undefined {
  const down = flag(bytes[at + 1]);
  const button = bytes[at + 2];
  if (button !== undefined && button > LAST_BUTTON) throw new InputFault(`button ${button}`);
  const end = at + 7;
  if (button === undefined || end > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  return { event: { is: "button", down, button, x: view.getUint16(3), y: view.getUint16(5) }, end };
}

/** A byte that is not there yet is none of the wrong ones. */
function flag(byte: number | undefined): boolean {
  if (byte !== undefined && byte > 1) throw new InputFault(`${byte} where 0 or 1 is expected`);
  return byte === 1;
}

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new InputFault("bytes that are no UTF-8");
  }
}
