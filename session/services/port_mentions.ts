/** Ports of the host's own machine that its terminal speaks of, such as `http://localhost:5173`. Pure. */

/** A name of this machine and a port, not within a longer name or number. */
const MENTION = /(?<![\w.-])(?:localhost|127\.0\.0\.1|\[::1?\]|0\.0\.0\.0):(\d{1,5})(?![\w:]|\.\d)/g;
/** All of them hold one of these; looked for first, since most output has none. */
const HINTS = ["localhost", "127.0.0.1", "[::", "0.0.0.0"] as const;
/** What a mention may be apart from its end, with the sequences that colour its parts; characters. */
const KEPT = 256;
/** CSI, OSC and other strings, and two-byte sequences; what is not yet whole stays for the next piece. */
// deno-lint-ignore no-control-regex -- sequences begin with one
const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/g;

/** Reads the output of one terminal for ports. */
export class PortMentions {
  readonly #decoder = new TextDecoder("latin1");
  #before = "";
  readonly #seen = new Set<number>();

  /** Ports that `output` mentions and none before it did. A number counts once what is behind it has come. */
  scan(output: Uint8Array): number[] {
    const text = this.#before + this.#decoder.decode(output);
    this.#before = text.slice(-KEPT);
    if (!HINTS.some((hint) => text.includes(hint))) return [];
    // A sequence at the end that is not whole yet is left out too.
    const whole = text.replace(SEQUENCE, "");
    const cut = whole.indexOf("\x1b");
    const plain = cut < 0 ? whole : whole.slice(0, cut);
    const ports: number[] = [];
    for (const { 0: mention, 1: digits, index } of plain.matchAll(MENTION)) {
      const port = Number(digits);
      // At the very end more digits may follow.
      const open = index + mention.length === plain.length;
      if (open || port < 1 || port > 65_535 || this.#seen.has(port)) continue;
      this.#seen.add(port);
      ports.push(port);
    }
    return ports;
  }
}
