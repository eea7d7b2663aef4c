/** The clipboard (CLIPBOARD): given by a viewer, or read from the program that owns it. */
import { Failure } from "../../../process/failure.ts";
import type { Connection } from "../connection/connection.ts";
import type { XFixes } from "../connection/x11_client.ts";
import type { ClipboardContent, ClipboardOffer } from "../types.ts";
import { ATOM, type Atoms, INTEGER, internAtoms, makeWindow } from "./atoms.ts";
import { checkSize } from "./limits.ts";
import { Owner } from "./owner.ts";
import { type Answer, Reader } from "./reader.ts";

/** Changes of the owner that are told (XFixes): another one, and that it is gone. */
const OWNER_CHANGES = 1 | 2 | 4;
const APPEND = 2;
/** The most forms that an owner may list: browsers list some twenty. */
const MAX_FORMS = 256;

/** How a PNG begins. */
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** The clipboard of one display. */
export class Clipboard implements Disposable {
  /** A program copied something; not called for what {@link offer} put there. */
  onchange: ((offer: ClipboardOffer) => void) | null = null;
  readonly #owner: Owner;
  readonly #reader: Reader;
  readonly #stop: () => void;
  readonly #end = new AbortController();
  #asking = new AbortController();

  private constructor(
    private readonly connection: Connection,
    private readonly window: number,
    private readonly atoms: Atoms,
    fixes: XFixes,
  ) {
    this.#owner = new Owner(connection, window, atoms);
    this.#reader = new Reader(connection, atoms);
    this.#stop = connection.listen((event) => {
      if ((event.type & 0x7f) !== fixes.firstEvent) this.#owner.receive(event);
      else if (event.selection === atoms.clipboard && event.owner !== window) {
        void this.#changed(event.owner as number);
      }
    });
    connection.tell(() => fixes.SelectSelectionInput(window, atoms.clipboard, OWNER_CHANGES));
  }

  /** Follows the clipboard of `connection`. */
  static async start(connection: Connection, fixes: XFixes): Promise<Clipboard> {
    const atoms = await internAtoms(connection);
    return new Clipboard(connection, makeWindow(connection), atoms, fixes);
  }

  /** Makes `content` the clipboard's until a program copies something else. Throws Failure above 16 MiB, or if there is nothing in it. */
  async offer(content: ClipboardContent): Promise<void> {
    const { text, png } = content;
    if (text === undefined && png === undefined) {
      throw new Failure({ what: "Nothing to put into the clipboard" });
    }
    if (text !== undefined) checkSize("The text", new TextEncoder().encode(text).length);
    if (png !== undefined) checkSize("The picture", png.length);
    this.#owner.own(content, await this.#now());
    await this.connection.settled();
  }

  /** The text that a program copied; undefined if there is none. Throws Failure: too large, or its owner does not answer. */
  async readText(signal: AbortSignal): Promise<string | undefined> {
    const { utf8, string } = this.atoms;
    const forms = await this.#forms(signal);
    const form = [utf8, string].find((one) => forms.includes(one));
    const answer = form === undefined ? undefined : await this.#read(form, signal);
    return answer?.bytes.toString(answer.type === string ? "latin1" : "utf8");
  }

  /** The picture that a program copied, as PNG. As {@link readText}. */
  async readPng(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { png } = this.atoms;
    const answer = (await this.#forms(signal)).includes(png) ? await this.#read(png, signal) : undefined;
    // An owner may lie, and what is no picture must not pass for one.
    return answer !== undefined && isPng(answer.bytes) ? answer.bytes : undefined;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#end.abort(new Failure({ what: "The X display was closed" }));
    this.#owner[Symbol.dispose]();
  }

  #read(target: number, signal: AbortSignal): Promise<Answer | undefined> {
    const either = AbortSignal.any([signal, this.#end.signal]);
    return this.#reader.read(target, either);
  }

  /** Somebody else owns it, or nobody (0). The newest change is told, when its owner has said what it has; the ones before are forgotten. */
  async #changed(owner: number): Promise<void> {
    this.#owner.disown();
    this.#asking.abort(new Error("a newer change"));
    if (this.onchange === null) return;
    const { signal } = this.#asking = new AbortController();
    try {
      const forms = owner === 0 ? [] : await this.#forms(signal);
      if (signal.aborted || this.#owner.isOwner) return;
      const { utf8, string, png } = this.atoms;
      this.onchange?.({ text: forms.includes(utf8) || forms.includes(string), png: forms.includes(png) });
    } catch {
      // Its owner does not answer, or the display is gone: there is nothing to tell.
    }
  }

  /** In which forms its owner has it. */
  async #forms(signal: AbortSignal): Promise<number[]> {
    const answer = await this.#read(this.atoms.targets, signal);
    if (answer === undefined || answer.type !== ATOM || answer.format !== 32) return [];
    const count = Math.min(answer.bytes.length >> 2, MAX_FORMS);
    return Array.from({ length: count }, (_, i) => answer.bytes.readUInt32LE(i * 4));
  }

  /** The server's time, by which owners are told apart: that of a change of our own window. */
  async #now(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const stop = this.connection.listen((event) => {
      if (
        event.name === "PropertyNotify" && event.wid === this.window && event.atom === this.atoms.timestamp
      ) {
        resolve(event.time as number);
      }
    });
    try {
      this.connection.tell((client) => {
        client.ChangeProperty(APPEND, this.window, this.atoms.timestamp, INTEGER, 32, []);
      });
      // The server's answer to anything comes after that event.
      await this.connection.settled();
      return await promise;
    } finally {
      stop();
    }
  }
}

function isPng(bytes: Uint8Array): boolean {
  return PNG.every((byte, i) => bytes[i] === byte);
}
