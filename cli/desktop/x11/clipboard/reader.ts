/** Reads the clipboard of another program, whole or in pieces. */
import { Buffer } from "node:buffer";
import { Failure } from "../../../process/failure.ts";
import type { Connection } from "../connection/connection.ts";
import type { XEvent, XProperty } from "../connection/x11_client.ts";
import { type Atoms, makeWindow } from "./atoms.ts";
import { MAX_CONTENT } from "./limits.ts";

/** How long an owner may be silent, ms: before its answer, and between two pieces. A large picture is encoded when it is asked for. */
const PATIENCE = 5000;
/** How much is read at once, in words of four bytes: between two of these questions input goes on. */
const WORDS = 64 * 1024;
const ANY_TYPE = 0;
const REMOVE = 1;
const NOTHING = 0;
/** PropertyNotify: the property has a new value. */
const NEW_VALUE = 0;

/** The most windows that are kept for late answers. */
const MAX_LEFT = 16;
/** The most pieces of one content: it is as large as it may be if each has 1 KiB. */
const MAX_PIECES = 16_384;

/** An answer, as bytes of the type that the owner gave it. */
export interface Answer {
  readonly type: number;
  readonly format: number;
  readonly bytes: Buffer;
}

/** Reads what other programs own. */
export class Reader {
  /** Windows of readings that broke off, the oldest first. */
  readonly #left: number[] = [];

  constructor(private readonly connection: Connection, private readonly atoms: Atoms) {}

  /**
   * The clipboard in the form `target`; undefined if its owner has none of it, or there is no owner. Throws Failure: too large, or no
   * answer; the signal's reason if that aborts first.
   */
  async read(target: number, signal: AbortSignal): Promise<Answer | undefined> {
    const window = makeWindow(this.connection);
    using events = new Events(this.connection, window, signal);
    try {
      const answer = await new Reading(this.connection, this.atoms, window, events).read(target);
      this.#destroy(window);
      return answer;
    } catch (error) {
      // Its owner may still answer, and a simple program ends if the window that it answers to is gone.
      this.#left.push(window);
      if (this.#left.length > MAX_LEFT) this.#destroy(this.#left.shift()!);
      throw error;
    }
  }

  #destroy(window: number): void {
    this.connection.tell((client) => client.DestroyWindow(window));
  }
}

/** One reading, with a window of its own: what is late for it is no answer to the next one. */
class Reading {
  readonly #window: number;
  readonly #events: Events;

  constructor(
    private readonly connection: Connection,
    private readonly atoms: Atoms,
    window: number,
    events: Events,
  ) {
    this.#window = window;
    this.#events = events;
  }

  async read(target: number): Promise<Answer | undefined> {
    const { clipboard, answer, incr } = this.atoms;
    this.connection.tell((client) => client.ConvertSelection(this.#window, clipboard, target, answer, 0));
    const notice = await this.#events.next((event) =>
      event.name === "SelectionNotify" && event.requestor === this.#window && event.target === target
    );
    if (notice.property === NOTHING) return undefined;
    const first = await this.#take();
    return first.type === incr ? await this.#takePieces() : first;
  }

  /** Each piece comes after the one before was removed; an empty one is the end. */
  async #takePieces(): Promise<Answer> {
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      await this.#events.next((event) =>
        event.name === "PropertyNotify" && event.wid === this.#window &&
        event.atom === this.atoms.answer && event.state === NEW_VALUE
      );
      const { type, format, bytes } = await this.#take(length);
      if (bytes.length === 0) return { type, format, bytes: Buffer.concat(pieces) };
      pieces.push(bytes);
      length += bytes.length;
      if (pieces.length > MAX_PIECES) {
        throw new Failure({ what: "The clipboard's content comes in too many pieces" });
      }
    }
  }

  /** Reads and removes what is in our property; `before`: bytes that were read already. */
  async #take(before = 0): Promise<Answer> {
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      const part = await this.#property(length / 4);
      pieces.push(part.data);
      length += part.data.length;
      if (before + length + part.bytesAfter > MAX_CONTENT) {
        throw new Failure({
          what: "The clipboard's content is too large",
          wanted: `at most ${MAX_CONTENT / 1024 / 1024} MiB`,
        });
      }
      // The last one removes it, which asks the owner for the next piece.
      if (part.bytesAfter === 0) return { ...part, bytes: Buffer.concat(pieces) };
    }
  }

  /** With `REMOVE` the server removes the property only if nothing of it is left. */
  #property(offset: number): Promise<XProperty> {
    return this.connection.ask<XProperty>((client, done) =>
      client.GetProperty(REMOVE, this.#window, this.atoms.answer, ANY_TYPE, offset, WORDS, done)
    );
  }
}

/** The events of one reading, in order and none missed; each wait ends after {@link PATIENCE}. */
class Events implements Disposable {
  readonly #queue: XEvent[] = [];
  readonly #stop: () => void;
  #wake = () => {};

  constructor(private readonly connection: Connection, window: number, private readonly signal: AbortSignal) {
    this.#stop = connection.listen((event) => {
      if (event.requestor !== window && event.wid !== window) return;
      this.#queue.push(event);
      this.#wake();
    });
  }

  async next(choose: (event: XEvent) => boolean): Promise<XEvent> {
    let late = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, PATIENCE);
    let waiting = { promise, resolve };
    const wake = () => waiting.resolve();
    this.#wake = wake;
    this.signal.addEventListener("abort", wake);
    const stop = this.connection.onOver(wake);
    try {
      for (;;) {
        for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
          if (choose(event)) return event;
        }
        this.signal.throwIfAborted();
        this.connection.throwIfOver();
        if (late) {
          throw new Failure({
            what: "The program that owns the clipboard does not answer",
            hint: "Copy it once more",
          });
        }
        await waiting.promise;
        waiting = Promise.withResolvers<void>();
      }
    } finally {
      clearTimeout(timer);
      stop();
      this.signal.removeEventListener("abort", wake);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
