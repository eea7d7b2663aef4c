/** The clipboard of the desktop and this machine's: each way only where it is switched on, and while the page is in use. */
import { copy } from "../../terminal/clipboard.ts";
import { toast } from "../../dom/toasts.ts";
import { CLIP_TYPES, type ClipType } from "../../../../session/services/desktop/heads.ts";
import type { ClipOffer, Desktop } from "../desktop_types.ts";

/** A text that is shown when it can't be copied by itself; characters. */
const SHOWN = 60;
/** So long after a person's last key or click the page counts as in use; ms. */
const IN_USE = 60_000;

/** Keeps two clipboards alike. */
export class ClipSync {
  /** Switched by the person. */
  readonly on = { in: true, out: true };
  #usedAt = -Infinity;
  /** What the desktop offers, and was not brought yet. */
  #offer: ClipOffer | undefined;

  constructor(private readonly desktop: Desktop) {}

  /** Whether the host allows this way: `in` to the desktop, `out` from there. */
  allows(way: "in" | "out"): boolean {
    const { clipboard, input } = this.desktop.settings;
    return input && (clipboard === "both" || clipboard === way);
  }

  /** Whether this way is allowed and on. */
  goes(way: "in" | "out"): boolean {
    return this.on[way] && this.allows(way);
  }

  /** A person pressed a key or a button: the page is in use. */
  used(): void {
    this.#usedAt = performance.now();
    if (this.#offer) void this.#bring();
  }

  /** Something new was copied on the desktop. It waits until the page is in use. */
  offered(offer: ClipOffer): void {
    this.#offer = offer;
    if (performance.now() - this.#usedAt < IN_USE) void this.#bring();
  }

  /** Gives what was pasted to the desktop: a picture, else text. Never rejects. */
  async paste(data: DataTransfer): Promise<void> {
    const picture = [...data.files].find(({ type }) => type === "image/png");
    const text = data.getData("text/plain");
    if (picture && !text) return await this.#send("image/png", new Uint8Array(await picture.arrayBuffer()));
    if (text) await this.#send("text/plain", new TextEncoder().encode(text));
  }

  /** Reads this machine's clipboard, which the browser may ask about, and gives it to the desktop. */
  async push(): Promise<void> {
    try {
      const text = await navigator.clipboard.readText();
      if (text === "") return toast("There is no text in the clipboard.");
      await this.#send("text/plain", new TextEncoder().encode(text));
      toast("The desktop has your clipboard.");
    } catch {
      toast("This page may not read the clipboard. Press Ctrl+V over the desktop instead.");
    }
  }

  async #send(type: ClipType, bytes: Uint8Array): Promise<void> {
    try {
      await this.desktop.paste(type, bytes);
    } catch (error) {
      toast(`The desktop did not take the clipboard: ${(error as Error).message}`);
    }
  }

  async #bring(): Promise<void> {
    const offer = this.#offer;
    this.#offer = undefined;
    const type = CLIP_TYPES.find((type) => offer?.types.includes(type));
    if (!offer || !type || !this.goes("out") || !document.hasFocus()) return;
    try {
      const bytes = await this.desktop.clip(offer.id, type);
      if (type === "image/png") await copyPicture(bytes);
      else await copyText(new TextDecoder().decode(bytes));
    } catch (error) {
      toast(`What was copied on the desktop did not come: ${(error as Error).message}`);
    }
  }
}

async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Over plain http, or where the browser wants a gesture: a person's own.
    const some = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    toast(`Copied on the desktop: “${some}”`, { "Copy here": () => void copy(text), "Not now": () => {} });
  }
}

async function copyPicture(bytes: Uint8Array): Promise<void> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}
