/** Checks an audit file line by line: which lines are missing or were changed. Pure. */
import { BEGIN, hashOf, MAX_LINE, type Place, type Read, readLine } from "./chain.ts";

/** Faults that are told one by one; of more only the number. */
export const MAX_FAULTS = 20;
const LF = 0x0a;

/** What a file was found to be. */
export interface Verdict {
  /** Lines that are there, those that were cut off included. */
  readonly lines: number;
  /** The hash of the last whole line. */
  readonly head: string;
  /** Each in words, with its line; at most {@link MAX_FAULTS}. */
  readonly faults: readonly string[];
  /** How many faults there are. */
  readonly wrong: number;
  /** Lines that were cut off when a host was killed: the line after says so. */
  readonly cut: number;
  /** Bytes of a last line without an end. */
  readonly open: number;
  /** Whether the last line says that the host ended in order. */
  readonly closed: boolean;
}

/** Gets a file's bytes in pieces of any size, and says at the end what it found. */
export class AuditCheck {
  #rest = new Uint8Array(0);
  /** Bytes of the present line that are left out of `#rest`: it is longer than any may be. */
  #lost = 0;
  #line = 0;
  #place: Place = BEGIN;
  #last: Read | undefined;
  /** The line before, if it can't be read: perhaps it was cut off. */
  #unread: { readonly line: number; readonly bytes: number; readonly head: string } | undefined;
  readonly #faults: string[] = [];
  #wrong = 0;
  #cut = 0;

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(LF, at);
      this.#add(bytes.subarray(at, end < 0 ? bytes.length : end + 1));
      if (end < 0) return;
      this.#whole();
      at = end + 1;
    }
  }

  /** There is nothing more. */
  end(): Verdict {
    this.#noCut();
    return {
      lines: this.#line,
      head: this.#place.head,
      faults: this.#faults,
      wrong: this.#wrong,
      cut: this.#cut,
      open: this.#rest.length + this.#lost,
      closed: this.#last?.event === "closed" && this.#rest.length + this.#lost === 0,
    };
  }

  #add(part: Uint8Array): void {
    // One byte more than a line may have is enough to refuse it.
    const kept = part.subarray(0, Math.max(0, MAX_LINE + 1 - this.#rest.length));
    this.#lost += part.length - kept.length;
    const joined = new Uint8Array(this.#rest.length + kept.length);
    joined.set(this.#rest);
    joined.set(kept, this.#rest.length);
    this.#rest = joined;
  }

  #whole(): void {
    const bytes = this.#rest;
    const lost = this.#lost;
    this.#rest = new Uint8Array(0);
    this.#lost = 0;
    this.#line++;
    const read = lost > 0 ? null : readLine(bytes);
    const head = hashOf(bytes);
    if (read === null) {
      this.#noCut();
      this.#unread = { line: this.#line, bytes: bytes.length - 1, head };
      return;
    }
    this.#follow(read);
    this.#place = { lines: read.n + 1, head };
    this.#last = read;
  }

  /** Whether `read` follows what was before. */
  #follow({ n, prev, event, cut }: Read): void {
    const unread = this.#unread;
    if (
      unread && event === "opened" && cut === unread.bytes && prev === unread.head && n === this.#place.lines
    ) {
      this.#unread = undefined;
      this.#cut++;
      return;
    }
    this.#noCut();
    const { lines, head } = this.#place;
    if (prev === head && n === lines) return;
    // What is before can't be read: that was told.
    if (unread && n === lines + 1) return;
    const here = this.#line;
    if (n > lines) {
      return this.#fault(here, `${n - lines} missing before it (number ${n} comes where ${lines} would)`);
    }
    if (n < lines) {
      return this.#fault(here, `number ${n} comes where ${lines} would: lines were moved or put in`);
    }
    this.#fault(
      here,
      here === 1 ? "it is not the first line of any file" : "the line before it was changed, or it was",
    );
  }

  /** A line that can't be read was not merely cut off. */
  #noCut(): void {
    if (this.#unread) this.#fault(this.#unread.line, "it is no line of an audit, or was changed");
    this.#unread = undefined;
  }

  #fault(line: number, words: string): void {
    this.#wrong++;
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(`line ${line}: ${words}`);
  }
}
