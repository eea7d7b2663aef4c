/** What the programs of the workloads print. */
import { seededRandom } from "../../net/link.ts";

const encoder = new TextEncoder();
/** ASCII as bytes. */
export const text = (words: string) => encoder.encode(words);

/** Text that packs as a screen of a program does, to about a third. */
export class Words {
  readonly #random: () => number;
  readonly #words: readonly string[];

  constructor(seed: number) {
    this.#random = seededRandom(`words ${seed}`);
    this.#words = Array.from({ length: 80 }, () => Math.floor(this.#random() * 2 ** 40).toString(36));
  }

  /** So many bytes, the last two of which end a line. */
  bytes(length: number): Uint8Array {
    let line = "";
    while (line.length < length) line += `${this.#words[Math.floor(this.#random() * this.#words.length)]} `;
    return text(`${line.slice(0, length - 2)}\r\n`);
  }
}
