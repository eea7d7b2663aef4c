/** The main thread's handle of the host's emulator, which runs in a worker. */

import type { Colours } from "../../session/vt/colours.ts";
import type { Lines } from "../../frames/screen_state.ts";
import type { Picture } from "../../session/pictures/picture_store.ts";
import type { ScreenSnapshot } from "../../session/screen/screen.ts";
import type { FromWorker, ToWorker } from "./emulator_messages.ts";
import { ByteBatch } from "./byte_batch.ts";

/** The most output queued for the emulator, in ms of its time: more would delay Ctrl-C during a flood. */
const MAX_WAIT = 20;
/**
 * The limits of that in bytes: at least several PTY reads; at most what takes a moment (70 ms) where output that is slow to parse follows
 * plain lines, most of which need not be parsed at all (`skippable_lines.ts`).
 */
const MIN_QUEUE = 64 * 1024;
const MAX_QUEUE = 1024 * 1024;
/**
 * The most bytes per message to the worker: a burst of reads delays the news that it is ready. The more lines are in one write, the more
 * need not be parsed: this is seven times the short lines that it keeps, and halves the worker's time compared to 256 KiB.
 */
const BATCH = 512 * 1024;
/**
 * An echo (of so many bytes) is sent so much later (ms): with few cores the worker would delay what viewers get. Not output that may
 * contain a query, which begins with ESC, ENQ or a C1 control: the command waits for the answer.
 */
const LITTLE = 256;
const DELAY = 4;
const MAY_ASK = [0x1b, 0x05, 0xc2];
/** Bytes per ms before any measurement; xterm.js parses 10,000 to 20,000. */
const FIRST_RATE = 10_000;
/** Smaller writes say nothing about the rate, in bytes. */
const RATE_SAMPLE = 4096;

export interface EmulatorOptions {
  readonly cols: number;
  readonly rows: number;
  /** Rows kept above the screen. */
  readonly scrollback: number;
  /** Answers to terminal queries: write these bytes to the PTY before later input. */
  onReply(bytes: Uint8Array): void;
  /** Stop (true) or continue (false) reading the PTY. */
  onPressure(pause: boolean): void;
  onTitle?(title: string): void;
  /** The worker failed: the session cannot go on. Called once. */
  onFailure(error: Error): void;
}

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/**
 * Takes PTY output in order. Answers hold at a definite version: all that was written before the question, and nothing
 * after.
 */
export class Emulator implements Disposable {
  readonly #worker: Worker;
  readonly #options: EmulatorOptions;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #written = 0;
  #parsed = 0;
  /** Output that was not sent to the worker yet, because it is busy. */
  #gathered = new ByteBatch();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rate = FIRST_RATE;
  #paused = false;
  #ended: Error | undefined;
  /** Settles when the emulator is ready; writing need not wait for it. Rejects if it could not start. */
  readonly ready: Promise<void>;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL("./emulator_worker.ts", import.meta.url), {
      type: "module",
      name: "emulator",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(`the terminal emulator's worker failed: ${event.message}`));
    };
    this.ready = this.#ask<void>(0);
    this.ready.catch(() => {});
    const { cols, rows, scrollback } = options;
    this.#post({ type: "start", cols, rows, scrollback });
  }

  /** Bytes written so far: the stream offset of the next one. */
  get written(): number {
    return this.#written;
  }
  /** The stream offset up to which everything is parsed. */
  get parsed(): number {
    return this.#parsed;
  }

  /**
   * Hands over PTY output; the bytes are copied. A flood comes in pieces of 600 bytes to 4 KiB, each of which would be a message to the
   * worker and one back: what comes while the worker is busy is sent as one. It is sent at the end of this turn of the event loop, or, if
   * it is an echo, a moment later: viewers do not wait for it.
   */
  write(bytes: Uint8Array): void {
    if (this.#ended || bytes.length === 0) return;
    this.#written += bytes.length;
    this.#gathered.push(bytes);
    if (this.#gathered.size >= BATCH) this.#give();
    else if (!this.#busy) this.#giveSoon(bytes);
    this.#press();
  }

  /** The colours for answers to queries from now on. */
  set colours(colours: Colours) {
    this.#post({ type: "colours", colours });
  }

  /** Resizes after everything that was written before. Resolves with the version at which it happened. */
  resize(cols: number, rows: number): Promise<number> {
    const id = this.#nextId++;
    this.#post({ type: "resize", id, cols, rows });
    return this.#ask(id);
  }

  /**
   * The screen after everything that was written before; if that is an unfinished frame (mode 2026), a moment later, when it is complete.
   */
  snapshot(): Promise<ScreenSnapshot> {
    const id = this.#nextId++;
    this.#post({ type: "snapshot", id });
    return this.#ask(id);
  }

  /** History rows `[from, to)` as far as they are held. */
  lines(from: number, to: number): Promise<Lines> {
    const id = this.#nextId++;
    this.#post({ type: "lines", id, from, to });
    return this.#ask(id);
  }

  /** The picture with this id, if it is held. */
  picture(picture: string): Promise<Picture | undefined> {
    const id = this.#nextId++;
    this.#post({ type: "picture", id, picture });
    return this.#ask(id);
  }

  /** Ends the worker; unanswered requests reject. Idempotent. */
  [Symbol.dispose](): void {
    this.#end(null);
  }

  /** Whether the worker has output that it has not parsed. */
  get #busy(): boolean {
    return this.#written - this.#gathered.size > this.#parsed;
  }

  #giveSoon(bytes: Uint8Array): void {
    if (this.#gathered.size > LITTLE || MAY_ASK.some((byte) => bytes.includes(byte))) {
      queueMicrotask(() => this.#give());
    } else this.#timer ??= setTimeout(() => this.#give(), DELAY);
  }

  /** Sends the collected output. */
  #give(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#ended || this.#gathered.size === 0) return;
    const bytes = this.#gathered.drain();
    this.#worker.postMessage({ type: "write", bytes } satisfies ToWorker, [bytes.buffer]);
  }

  /** Sends a request, after all output before it. */
  #post(message: ToWorker): void {
    this.#give();
    if (!this.#ended) this.#worker.postMessage(message);
  }

  #ask<T>(id: number): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #answer(id: number, value: unknown): void {
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        return this.#answer(0, undefined);
      case "parsed":
        return this.#progress(message.version, message.ms);
      case "reply":
        return this.#options.onReply(message.bytes);
      case "title":
        return this.#options.onTitle?.(message.title);
      case "resized":
        return this.#answer(message.id, message.version);
      case "snapshot":
        return this.#answer(message.id, message.snapshot);
      case "lines":
        return this.#answer(message.id, message.lines);
      case "picture":
        return this.#answer(message.id, message.picture);
      default:
        message satisfies never;
    }
  }

  #progress(version: number, ms: number): void {
    const bytes = version - this.#parsed;
    this.#parsed = version;
    if (!this.#busy) this.#give();
    if (bytes >= RATE_SAMPLE && ms > 0) this.#rate += (bytes / ms - this.#rate) / 4;
    this.#press();
  }

  /** Pauses the PTY when more is queued than the emulator parses in {@link MAX_WAIT}, until half of that is left. */
  #press(): void {
    const limit = Math.min(MAX_QUEUE, Math.max(MIN_QUEUE, this.#rate * MAX_WAIT));
    const queued = this.#written - this.#parsed;
    const pause = this.#paused ? queued > limit / 2 : queued > limit;
    if (pause === this.#paused) return;
    this.#paused = pause;
    this.#options.onPressure(pause);
  }

  #end(failure: Error | null): void {
    if (this.#ended) return;
    this.#ended = failure ?? new Error("the terminal emulator was closed");
    this.#worker.onmessage = this.#worker.onerror = null;
    clearTimeout(this.#timer);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    if (failure) this.#options.onFailure(failure);
  }
}
