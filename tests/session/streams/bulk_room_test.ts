/** How much may be on its way, over a path of one rate with a queue before it: enough soon, and less as soon as somebody types. */
import assert from "node:assert/strict";
import { BulkRoom, type RoundTrip } from "../../../session/streams/bulk_room.ts";

/** A round trip of the path without a queue, ms. */
const RTT = 100;
const NOBODY: RoundTrip = { srtt: undefined, floor: undefined, sampledAt: -Infinity };

/** A path that carries so many bytes a ms, and acks each a round trip after it went. */
class Pipe {
  readonly room = new BulkRoom(0);
  now = 0;
  #put = 0;
  #left = 0;
  #acked = 0;
  readonly #acks: { readonly at: number; readonly end: number }[] = [];

  constructor(private readonly rate: number) {}

  /** Bytes that were acked. */
  get acked(): number {
    return this.#acked;
  }

  run(ms: number, typing = false): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now++;
      this.#left = Math.min(this.#put, this.#left + this.rate);
      this.#acks.push({ at: this.now + RTT, end: this.#left });
      while (this.#acks[0]!.at <= this.now) this.#acked = this.#acks.shift()!.end;
      const queue = (this.#put - this.#left) / this.rate;
      const rtt = typing ? { srtt: RTT + queue, floor: RTT, sampledAt: this.now } : NOBODY;
      for (;;) {
        const bytes = this.room.left(this.#put - this.#acked, rtt, this.now);
        if (bytes === 0) break;
        this.#put += bytes;
        this.room.sent(bytes, this.now);
      }
      this.room.limited();
    }
  }
}

Deno.test("bulk room: a path of 10 MB/s is full within twelve round trips", () => {
  const pipe = new Pipe(10_000);
  pipe.run(12 * RTT);
  const before = pipe.acked;
  pipe.run(5 * RTT);
  assert.ok(pipe.acked - before > 0.95 * 5 * RTT * 10_000, `${pipe.acked - before}`);
});

Deno.test("bulk room: the start ends when the path is full, whatever its rate, and what it had beyond that drains", () => {
  const rates = [200, 1000, 5000, 15_000];
  for (const rate of rates) {
    const pipe = new Pipe(rate);
    pipe.run(20 * RTT);
    const full = rate * RTT;
    assert.ok(pipe.room.size >= full, `${rate} bytes a ms: ${pipe.room.size} of ${full}`);
    assert.ok(pipe.room.size <= Math.max(96 * 1024, 2.6 * full), `${rate} bytes a ms: ${pipe.room.size}`);
  }
});

Deno.test("bulk room: nobody types, and the room has two round trips; when somebody begins to, it drops to little more than one", () => {
  const pipe = new Pipe(5000);
  pipe.run(30 * RTT);
  assert.ok(pipe.room.size > 1.8 * 5000 * RTT, `${pipe.room.size}`);
  pipe.run(1, true);
  assert.ok(pipe.room.size < 1.5 * 5000 * RTT, `${pipe.room.size}`);
  pipe.run(10 * RTT, true);
  const before = pipe.acked;
  pipe.run(10 * RTT, true);
  assert.ok(pipe.room.size < 1.45 * 5000 * RTT, `${pipe.room.size}`);
  assert.ok(pipe.acked - before > 0.9 * 10 * RTT * 5000, `${pipe.acked - before}`);
});
