/** The viewer's output stream: which version of the host's screen is shown, and how each frame and snapshot is handled. */
import type { Output, OutputAck, SnapshotPart } from "../../frames/screen_frames.ts";
import type { Counters } from "../sync/counters.ts";
import { StreamReceiver } from "../sync/receiver.ts";
import {
  type PackedSnapshot,
  SnapshotParts,
  unpackSnapshot,
  type WholeSnapshot,
} from "../sync/snapshot_parts.ts";
import type { ViewerIo } from "./viewer_io.ts";

/** A gap that lasts this long and two round trips is not reordering: a new screen is requested; ms. */
const RESYNC_AFTER = 500;
/** New output of so few bytes in one piece is an echo or a prompt: its ack may be delayed (`LinkProtocol.shown`). */
const LITTLE = 256;
/** The most bytes that were given to the screen and are not shown yet: twice the largest window of a host (`send_window.ts`). */
const MAX_UNSHOWN = 8 * 1024 * 1024;
/** A `sack` has up to four ranges (`WIRE.md`). */
const SACK_FIELDS = 8;

/** The output that a viewer has applied, and what is held until it fits. */
export class ViewerOutput {
  readonly #receiver = new StreamReceiver();
  readonly #parts = new SnapshotParts();
  #gen = 0;
  #shown = 0;
  #effect = 0;
  /** Whether the output of the current packet was handled: before that, what the packet says about our input is not valid yet. */
  #whole = true;
  #gapAt: number | undefined;
  /** Bytes that were given to the screen and are not shown yet. */
  #unshown = 0;
  #replacing = false;
  #waiting: PackedSnapshot | undefined;

  /** @param changed called when {@link shown} has risen, and whether by little */
  constructor(
    private readonly io: ViewerIo,
    private readonly counters: Counters,
    private readonly changed: (little: boolean) => void,
  ) {}

  /** Everything below it is on the screen. */
  get shown(): number {
    return this.#shown;
  }

  /** What is on the screen: `shown`, and its generation. */
  get at(): { readonly have: number; readonly gen: number } {
    return { have: this.#shown, gen: this.#gen };
  }

  /** Acks report what is shown; bytes received beyond it are reported as held, so that they are not sent again. */
  get ack(): OutputAck {
    const { have, sack } = this.#receiver;
    const waiting = have > this.#shown ? [this.#shown, have] : [];
    const kept = [...waiting, ...sack].slice(0, SACK_FIELDS);
    return { type: "OutputAck", have: this.#shown, gen: this.#gen, sack: kept };
  }

  /** When a gap has lasted too long. */
  resyncAt(srtt: number): number {
    return this.#gapAt === undefined ? Infinity : this.#gapAt + RESYNC_AFTER + 2 * srtt;
  }

  /** A resync was requested: waits as long again. */
  resyncAsked(now: number): void {
    this.#gapAt = now;
  }

  /** Begins to handle another packet. */
  packet(): void {
    this.#whole = true;
  }

  receive(output: Output): void {
    // Another generation: a resize's snapshot is coming, and these bytes mean nothing without it.
    if (output.gen !== this.#gen) {
      this.#whole = false;
      this.counters.dropped++;
      return this.#gap(this.#receiver.have, output.base);
    }
    // No honest host has so much unacked.
    if (this.#unshown + output.data.length > MAX_UNSHOWN) {
      this.#whole = false;
      return void this.counters.dropped++;
    }
    const received = this.#receiver.accept(output);
    const { data: pieces, gap } = received;
    this.counters.took(received);
    if (gap) {
      this.#whole = false;
      this.#gap(gap.expected, gap.got);
    } else if (pieces.length > 0) this.#gapAt = undefined;
    this.#show(pieces);
  }

  /** A new link numbers its snapshots independently. */
  attached(): void {
    this.#parts.reset();
  }

  receivePart(part: SnapshotPart): void {
    const whole = this.#parts.receive(part);
    if (whole) this.#offer(whole);
    // A copy of what is shown: perhaps the ack was lost.
    else if (part.gen === this.#gen && part.version <= this.#shown) this.changed(false);
  }

  /** Handles an echo ack; it is valid once everything received until now is shown. */
  effect(effect: number): void {
    if (!this.#whole || effect <= this.#effect) return;
    this.#effect = effect;
    this.io.effect?.(effect, this.#receiver.have);
  }

  #gap(expected: number, got: number): void {
    if (this.#gapAt !== undefined) return;
    this.#gapAt = this.io.now();
    this.io.log(`Gap detected: expected version ${expected}, got ${got}`);
  }

  #show(pieces: readonly Uint8Array[]): void {
    let base = this.#receiver.have - pieces.reduce((sum, piece) => sum + piece.length, 0);
    for (const piece of pieces) {
      const gen = this.#gen;
      const end = base + piece.length;
      this.#unshown += piece.length;
      this.io.show(piece, base).then(() => {
        this.#unshown -= piece.length;
        this.#isShown(end, gen, piece.length <= LITTLE);
      });
      base = end;
    }
  }

  /**
   * While a snapshot is being shown the newest one waits, packed, and replaces earlier ones: to unpack and parse each would cost a second.
   */
  #offer(packed: PackedSnapshot): void {
    if (this.#isOld(packed)) return;
    if (this.#replacing) {
      this.#waiting = packed;
      return;
    }
    const snapshot = unpackSnapshot(packed);
    if (snapshot) this.#replace(snapshot);
  }

  #replaced(version: number, gen: number): void {
    this.#replacing = false;
    this.#isShown(version, gen, false);
    const next = this.#waiting;
    this.#waiting = undefined;
    if (next) this.#offer(next);
  }

  /** Older than the present screen: a leftover of an earlier link. */
  #isOld({ gen, version }: { readonly gen: number; readonly version: number }): boolean {
    return gen < this.#gen || gen === this.#gen && version < this.#receiver.have;
  }

  #replace(snapshot: WholeSnapshot): void {
    const { gen, version } = snapshot;
    this.io.log(`Received snapshot, version ${version}`);
    this.counters.snapshots++;
    if (gen !== this.#gen) {
      // The version may be lower than ours: bytes that were shown at the old size are shown again at the new one.
      this.#receiver.restart(version);
      this.#shown = Math.min(this.#shown, version);
    }
    this.#gen = gen;
    this.#gapAt = undefined;
    const after = this.#receiver.jump(version);
    this.#replacing = true;
    this.io.replace(snapshot).then(() => this.#replaced(version, gen));
    this.#show(after);
  }

  #isShown(version: number, gen: number, little: boolean): void {
    if (gen !== this.#gen) return;
    this.#shown = Math.max(this.#shown, version);
    this.changed(little);
  }
}
