/** Input on its way into a PTY that takes none for a while, with a sink that does as it is told. */
import assert from "node:assert/strict";
import { PtyInput } from "../../../cli/pty/pty_input.ts";
import { poll } from "../../support/deadline.ts";

/** Takes what it is given when `take` is called. */
class Sink {
  pokes = 0;
  readonly pieces: Uint8Array[] = [];
  #done: (() => void) | undefined;

  write(piece: Uint8Array, done: () => void): void {
    this.pieces.push(piece);
    this.#done = done;
  }

  poke(): void {
    this.pokes++;
  }

  take(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("a write that waits is tried again until it is taken, in order, and not after that", async () => {
  const sink = new Sink();
  const input = new PtyInput(sink);
  const written = [input.write(new Uint8Array(5000)), input.write(new Uint8Array([1]))];
  await poll(() => sink.pokes >= 3, 5000, "three tries");
  for (let i = 0; i < 3; i++) sink.take();
  await Promise.all(written);
  assert.deepEqual(sink.pieces.map(({ length }) => length), [4096, 904, 1]);
  assert.equal(input.pending, 0);
  const { pokes } = sink;
  await pause(60);
  assert.equal(sink.pokes, pokes);
});

Deno.test("what is taken at once is never tried again", async () => {
  const sink = new Sink();
  const input = new PtyInput(sink);
  for (let i = 0; i < 10; i++) {
    const written = input.write(new Uint8Array([i]));
    sink.take();
    await written;
  }
  await pause(20);
  assert.equal(sink.pokes, 0);
});

for (const when of ["in the same turn", "while it waits"]) {
  Deno.test(`closed ${when}, a write is given up and tried no more`, async () => {
    const sink = new Sink();
    const input = new PtyInput(sink);
    const written = input.write(new Uint8Array([1]));
    if (when === "while it waits") await poll(() => sink.pokes > 0, 5000, "a try");
    input.close();
    await written;
    const { pokes } = sink;
    await pause(60);
    assert.equal(sink.pokes, pokes);
  });
}
