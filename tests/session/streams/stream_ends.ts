/** Two ends of opened streams in simulated time, over links that keep order and lose nothing until they end, with all that is on them. */
import assert from "node:assert/strict";
import type { StreamFrame } from "../../../frames/stream_frames.ts";
import type { ByteStream, ResetReason } from "../../../session/streams/byte_stream.ts";
import { StreamTable } from "../../../session/streams/stream_table.ts";
import type { ServiceHandler } from "../../../session/streams/table_io.ts";

export type Side = "viewer" | "host";
export const other = (side: Side): Side => side === "viewer" ? "host" : "viewer";

/** What all send, from some place on, over and over: no two places within 64 KiB go on alike. */
const PATTERN = Uint8Array.from({ length: 65536 }, (_, i) => i * 31 + (i >> 8) * 7 & 255);

/** What `side` sends on stream `id` from `offset` on, `length` bytes. */
export function content(id: number, side: Side, offset: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let from = (offset + id * 257 + (side === "host" ? 101 : 0)) % PATTERN.length;
  for (let at = 0; at < length; from = 0) {
    const piece = PATTERN.subarray(from, from + length - at);
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** One end's use of one stream: writes and reads what {@link content} says, and checks it. */
export class Use {
  written = 0;
  got = 0;
  /** Undefined until it is closed. */
  closed: ResetReason | null | undefined;
  drained = 0;

  constructor(readonly stream: ByteStream, readonly side: Side, readonly head?: Uint8Array) {
    stream.onclosed = (reason) => {
      assert.equal(this.closed, undefined, "closed once");
      this.closed = reason;
    };
    stream.ondrain = () => this.drained++;
  }

  write(bytes: number): number {
    const taken = this.stream.write(content(this.stream.id, this.side, this.written, bytes));
    this.written += taken;
    return taken;
  }

  read(most: number): number {
    const data = this.stream.read(most);
    if (!data) return 0;
    assert.ok(data.length > 0 && data.length <= most);
    assert.ok(
      same(data, content(this.stream.id, other(this.side), this.got, data.length)),
      "the right bytes",
    );
    this.got += data.length;
    return data.length;
  }
}

/** What is on its way, by who sent it, in order. */
interface Line {
  readonly from: Record<Side, StreamFrame[]>;
  cut: boolean;
}

export class StreamEnds {
  now = 0;
  srtt: number | undefined = 100;
  readonly tables: Record<Side, StreamTable>;
  readonly services: Record<Side, Map<string, ServiceHandler>>;
  /** Uses of streams by their ids; each stream was opened by one end and taken by the other. */
  readonly uses: Record<Side, Map<number, Use>> = { viewer: new Map(), host: new Map() };
  readonly lines: Line[] = [];
  /** On which line each end speaks. */
  readonly on: Record<Side, Line>;
  /** All frames that were sent. */
  readonly sent: { readonly side: Side; readonly frame: StreamFrame }[] = [];
  readonly log: string[] = [];

  constructor() {
    const echo = (side: Side) =>
      new Map<string, ServiceHandler>([["test", (stream, head) => this.#use(stream, side, head)]]);
    this.services = { viewer: echo("viewer"), host: echo("host") };
    const table = (side: Side) => {
      const log = (words: string) => this.log.push(words);
      const io = { now: () => this.now, changed: () => {}, srtt: () => this.srtt, log };
      return new StreamTable(side, io, (name) => this.services[side].get(name));
    };
    this.tables = { viewer: table("viewer"), host: table("host") };
    const line = this.newLine();
    this.on = { viewer: line, host: line };
  }

  #use(stream: ByteStream, side: Side, head?: Uint8Array): Use {
    const use = new Use(stream, side, head);
    this.uses[side].set(stream.id, use);
    return use;
  }

  open(side: Side, service = "test", head: Uint8Array = new Uint8Array(0)): Use | null {
    const stream = this.tables[side].open(service, head);
    return stream && this.#use(stream, side);
  }

  newLine(): Line {
    const line = { from: { viewer: [], host: [] }, cut: false };
    this.lines.push(line);
    return line;
  }

  /** `side` speaks on `line` from now on. */
  move(side: Side, line: Line): void {
    this.on[side] = line;
    this.tables[side].restart();
  }

  /** The line ends, with all that is on it. Who speaks there does so elsewhere from now on. */
  cut(line: Line): void {
    line.cut = true;
    line.from.viewer.length = line.from.host.length = 0;
    for (const side of ["viewer", "host"] as const) {
      if (this.on[side] !== line) continue;
      this.move(side, this.lines.findLast((one) => !one.cut) ?? this.newLine());
    }
  }

  /** Asks `side` for frames of `budget` bytes of data at most; returns how many it gave. */
  send(side: Side, budget = Infinity): number {
    let frames = 0;
    for (let left = budget; left > 0; frames++) {
      const frame = this.tables[side].next(left, frames > 0);
      if (!frame) break;
      if (frame.type === "Data") left -= frame.data.length;
      this.sent.push({ side, frame });
      this.on[side].from[side].push(frame);
    }
    return frames;
  }

  /** Brings the next `count` frames that `side` sent on `line`. */
  deliver(line: Line, side: Side, count = Infinity): number {
    const frames = line.from[side].splice(0, count);
    for (const frame of frames) this.tables[other(side)].receive(frame);
    return frames.length;
  }

  /** Lets both ends send and get everything, `read` meanwhile, until nothing is left to be done. */
  settle(read: () => void = () => {}): void {
    for (let round = 0; round < 10_000; round++) {
      let moved = 0;
      for (const side of ["viewer", "host"] as const) moved += this.send(side);
      for (const line of this.lines) {
        for (const side of ["viewer", "host"] as const) moved += this.deliver(line, side);
      }
      read();
      if (moved > 0) continue;
      const due = Math.min(this.tables.viewer.due, this.tables.host.due);
      if (due === Infinity && !this.tables.viewer.waiting && !this.tables.host.waiting) return;
      this.now = Math.max(this.now, due);
    }
    assert.fail("it never settles");
  }

  /** Each end reads all that is there. */
  readAll(): void {
    for (const side of ["viewer", "host"] as const) {
      for (const use of this.uses[side].values()) while (use.read(1 << 20) > 0);
    }
  }
}
