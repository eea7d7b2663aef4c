/** The clipboard's content while it is ours: what programs ask for when they paste. */
import { Buffer } from "node:buffer";
import type { Connection } from "../connection/connection.ts";
import type { XEvent } from "../connection/x11_client.ts";
import type { ClipboardContent } from "../types.ts";
import { ATOM, type Atoms, INTEGER, PROPERTY_CHANGE } from "./atoms.ts";

/** What is larger goes in pieces of this size (INCR), in bytes: below the smallest largest request of any server, 256 KiB. */
const PIECE = 128 * 1024;
/** How long a program may take to fetch the next piece, ms: some decode a picture meanwhile. */
const PATIENCE = 10_000;
/** The most programs that fetch pieces at once: a person pastes into one. */
const MAX_TRANSFERS = 16;
const REPLACE = 0;
/** PropertyNotify: the property is gone. */
const DELETED = 1;
const NOTHING = 0;

/** A content that goes out in pieces. */
interface Transfer {
  readonly requestor: number;
  readonly property: number;
  readonly type: number;
  readonly bytes: Buffer;
  at: number;
  timer: ReturnType<typeof setTimeout>;
}

/** Answers requests for what we own. */
export class Owner implements Disposable {
  readonly #transfers = new Set<Transfer>();
  #forms = new Map<number, Buffer>();
  #since = 0;

  constructor(
    private readonly connection: Connection,
    private readonly window: number,
    private readonly atoms: Atoms,
  ) {}

  /** Whether the clipboard is ours. */
  get isOwner(): boolean {
    return this.#forms.size > 0;
  }

  /** Takes the clipboard with `content`, at the server's time `now`. */
  own(content: ClipboardContent, now: number): void {
    const { utf8, textUtf8, textPlain, text, string, png, clipboard } = this.atoms;
    const forms = new Map<number, Buffer>();
    if (content.text !== undefined) {
      const bytes = Buffer.from(content.text);
      for (const form of [utf8, textUtf8, textPlain, text]) forms.set(form, bytes);
      forms.set(string, Buffer.from(content.text.replace(/[^\0-\xff]/gu, "?"), "latin1"));
    }
    if (content.png !== undefined) forms.set(png, Buffer.from(content.png));
    this.#forms = forms;
    this.#since = now;
    this.connection.tell((client) => client.SetSelectionOwner(this.window, clipboard, now));
  }

  /** The clipboard is somebody else's. Programs that fetch pieces of ours still get them. */
  disown(): void {
    this.#forms = new Map();
  }

  /** Looks at an event of the connection. */
  receive(event: XEvent): void {
    if (event.name === "SelectionRequest" && event.owner === this.window) this.#answer(event);
    if (event.name === "PropertyNotify" && event.state === DELETED) this.#sendNext(event);
  }

  [Symbol.dispose](): void {
    for (const transfer of [...this.#transfers]) this.#end(transfer);
    this.disown();
  }

  #answer(event: XEvent): void {
    const { requestor, selection, target, time } = event as unknown as Record<string, number>;
    // An old program leaves the choice of the property to us.
    const property = (event.property as number) || target!;
    const done = selection === this.atoms.clipboard && this.#give(requestor!, property, target!);
    const answer = { name: "SelectionNotify", time, requestor, selection, target, seq: 0 };
    this.connection.tell((client) => {
      client.SendEvent(requestor!, 0, 0, { ...answer, property: done ? property : NOTHING });
    });
  }

  /** Puts what was asked for where it was asked for; false if it can't be had. */
  #give(requestor: number, property: number, target: number): boolean {
    const { targets, timestamp, text, utf8 } = this.atoms;
    if (!this.isOwner) return false;
    if (target === targets) {
      this.#put(requestor, property, ATOM, 32, [targets, timestamp, ...this.#forms.keys()]);
      return true;
    }
    if (target === timestamp) {
      this.#put(requestor, property, INTEGER, 32, [this.#since]);
      return true;
    }
    const bytes = this.#forms.get(target);
    if (bytes === undefined) return false;
    // TEXT means any kind of text, and the answer says which.
    const type = target === text ? utf8 : target;
    if (bytes.length <= PIECE) {
      this.#put(requestor, property, type, 8, bytes);
      return true;
    }
    return this.#begin({ requestor, property, type, bytes });
  }

  #begin(what: Omit<Transfer, "at" | "timer">): boolean {
    for (const other of this.#transfers) {
      if (other.requestor === what.requestor && other.property === what.property) this.#end(other);
    }
    if (this.#transfers.size >= MAX_TRANSFERS) return false;
    const transfer: Transfer = { ...what, at: 0, timer: setTimeout(() => this.#end(transfer), PATIENCE) };
    this.#transfers.add(transfer);
    if (what.requestor !== this.window) this.#follow(what.requestor, PROPERTY_CHANGE);
    this.#put(what.requestor, what.property, this.atoms.incr, 32, [what.bytes.length]);
    return true;
  }

  /** The program took the piece before; an empty one says that it was the last. */
  #sendNext(event: XEvent): void {
    const transfer = [...this.#transfers].find(({ requestor, property }) =>
      requestor === event.wid && property === event.atom
    );
    if (transfer === undefined) return;
    const { requestor, property, type, bytes, at } = transfer;
    const piece = bytes.subarray(at, at + PIECE);
    this.#put(requestor, property, type, 8, piece);
    transfer.at += piece.length;
    clearTimeout(transfer.timer);
    if (piece.length === 0) this.#end(transfer);
    else transfer.timer = setTimeout(() => this.#end(transfer), PATIENCE);
  }

  #end(transfer: Transfer): void {
    clearTimeout(transfer.timer);
    this.#transfers.delete(transfer);
    const { requestor } = transfer;
    if (requestor !== this.window && ![...this.#transfers].some((other) => other.requestor === requestor)) {
      this.#follow(requestor, 0);
    }
  }

  #follow(window: number, eventMask: number): void {
    this.connection.tell((client) => client.ChangeWindowAttributes(window, { eventMask }));
  }

  #put(window: number, property: number, type: number, format: number, data: Buffer | number[]): void {
    this.connection.tell((client) => client.ChangeProperty(REPLACE, window, property, type, format, data));
  }
}
