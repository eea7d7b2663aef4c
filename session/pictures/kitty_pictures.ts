/**
 * kitty's graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/), the part in which programs send the picture's data
 * themselves.
 */
import { fileShown, fromBase64, pairs, pixelsShown, type Shown } from "./picture_protocols.ts";
import { MAX_PICTURE } from "../../frames/limits.ts";

/** The effect of one command. `delete`: the picture with this number of the program, or all. */
export type KittyCommand =
  | { readonly kind: "show"; readonly shown: Shown; readonly number: string }
  | { readonly kind: "delete"; readonly number: string | undefined }
  /** The command continues one from before this emulator existed. */
  | { readonly kind: "missed" };

/** The most pictures that are kept to be shown later, by number; beyond it the oldest are forgotten. */
const MAX_SENT = 16;

type Keys = ReadonlyMap<string, string>;

/** The commands of one stream. */
export class KittyPictures {
  #begun: { readonly keys: Keys; readonly parts: Uint8Array[]; size: number } | undefined;
  readonly #sent = new Map<string, Shown>();

  /** Forgets unfinished commands and kept pictures. */
  reset(): void {
    this.#begun = undefined;
    this.#sent.clear();
  }

  /** Handles the text after `ESC _ G`; undefined: nothing to show yet, or an unknown command. */
  receive(content: string): KittyCommand | undefined {
    const at = content.indexOf(";");
    const keys = pairs(at < 0 ? content : content.slice(0, at), ",");
    const part = fromBase64(at < 0 ? "" : content.slice(at + 1));
    const goesOn = [...keys.keys()].every((key) => key === "m" || key === "q" || key === "");
    if (goesOn && !this.#begun) return keys.get("m") === "0" ? { kind: "missed" } : undefined;
    if (!goesOn) this.#begun = { keys, parts: [], size: 0 };
    const begun = this.#begun!;
    begun.size += part?.length ?? 0;
    // Of a picture that is too large only the first part is kept, which has its size.
    if (part && (begun.size <= MAX_PICTURE || begun.parts.length === 0)) begun.parts.push(part);
    if (keys.get("m") === "1") return undefined;
    this.#begun = undefined;
    return this.#command(begun.keys, joined(begun.parts), begun.size > MAX_PICTURE);
  }

  #command(keys: Keys, bytes: Uint8Array, tooLarge: boolean): KittyCommand | undefined {
    const number = keys.get("i") ?? "";
    switch (keys.get("a") ?? "t") {
      case "t":
      case "T": {
        // Data in a file or in shared memory: the host's emulator reads neither.
        if ((keys.get("t") ?? "d") !== "d") return undefined;
        const shown = read(keys, bytes, tooLarge);
        if (!shown) return undefined;
        if (number !== "") this.#keep(number, shown);
        return keys.get("a") === "T" ? placed(keys, shown, number) : undefined;
      }
      case "p": {
        const shown = this.#sent.get(number);
        return shown ? placed(keys, shown, number) : { kind: "missed" };
      }
      case "d":
        if ("aA".includes(keys.get("d") ?? "a")) return { kind: "delete", number: undefined };
        return "iI".includes(keys.get("d")!) ? { kind: "delete", number } : undefined;
      default:
        return undefined;
    }
  }

  #keep(number: string, shown: Shown): void {
    this.#sent.delete(number);
    this.#sent.set(number, shown);
    if (this.#sent.size > MAX_SENT) this.#sent.delete(this.#sent.keys().next().value!);
  }
}

function read(keys: Keys, bytes: Uint8Array, tooLarge: boolean): Shown | undefined {
  const number = (key: string) => Number(/^\d{1,5}$/.exec(keys.get(key) ?? "")?.[0] ?? 0);
  const pixels = { width: number("s"), height: number("v") };
  switch (keys.get("f") ?? "32") {
    case "100": {
      const shown = fileShown(bytes, {});
      return shown && { ...shown, picture: tooLarge ? undefined : shown.picture };
    }
    case "24":
    case "32": {
      const depth = keys.get("f") === "24" ? 3 : 4;
      if (tooLarge) return { picture: undefined, pixels, wanted: {}, stay: false };
      return pixelsShown(bytes, pixels, depth, keys.get("o") === "z", {}, false);
    }
    default:
      return undefined;
  }
}

/** A placement of the picture. A virtual placement appears where a program prints placeholders, which are not supported here. */
function placed(keys: Keys, shown: Shown, number: string): KittyCommand | undefined {
  if (keys.get("U") === "1" || !(shown.pixels.width > 0 && shown.pixels.height > 0)) return undefined;
  const cells = (key: string) => Number(/^\d{1,3}$/.exec(keys.get(key) ?? "")?.[0] ?? 0) || undefined;
  const wanted = { cols: cells("c"), rows: cells("r") };
  return { kind: "show", number, shown: { ...shown, wanted, stay: keys.get("C") === "1" } };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
