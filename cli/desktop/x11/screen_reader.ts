/** Reads pixels of the root window: through shared memory where the server can, else through the socket. */
import { Failure } from "../../process/failure.ts";
import type { Connection } from "./connection/connection.ts";
import type { XShm } from "./connection/x11_client.ts";
import { SharedMemory } from "./shared_memory.ts";
import type { Rectangle } from "./types.ts";

/** Bytes of a pixel in the server's pictures and in ours. */
export const PIXEL = 4;
/** `ZPixmap`: whole pixels, row by row; all bit planes. */
const Z_PIXMAP = 2;
const ALL_PLANES = 0xffff_ffff;
/** What is written into fresh memory, to see whether the server's pixel takes its place. */
const CANARY = Uint8Array.of(0x42, 0xc3, 0x5a, 0xa5);

/** Memory that the server has attached as `segment`. */
interface Shared {
  readonly memory: SharedMemory;
  readonly segment: number;
}

/** The reader of one capture. Readings follow each other: they share the memory. */
export class ScreenReader implements Disposable {
  #shared: Shared | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;

  private constructor(private readonly connection: Connection, private shm: XShm | undefined) {}

  /** Throws Failure if the screen's pixels are not 32 bits of blue, green and red. */
  static async create(connection: Connection): Promise<ScreenReader> {
    const { root_depth: depth } = connection.screen;
    const { format, image_byte_order: bigEndian } = connection.setup;
    if ((depth !== 24 && depth !== 32) || format[depth]?.bits_per_pixel !== 8 * PIXEL || bigEndian !== 0) {
      throw new Failure({
        what: `The X display ${connection.name.name} has a depth of ${depth} bits`,
        wanted: "24 or 32, with 32 bits a pixel and the blue byte first",
        hint: "Start it with -depth 24, or use --desktop virtual",
      });
    }
    const shm = connection.isLocal
      ? await connection.extension("shm", "MIT-SHM").catch(() => undefined)
      : undefined;
    return new ScreenReader(connection, shm);
  }

  /** Whether pixels come through shared memory. */
  get isShared(): boolean {
    return this.shm !== undefined;
  }

  /**
   * Copies `parts` of `area` into `frame` (BGRX, rows of `area.width` pixels). Rejects if the server has no such pixels any more: the
   * screen has another size.
   */
  read(area: Rectangle, parts: readonly Rectangle[], frame: Uint8Array): Promise<void> {
    const reading = this.#last.catch(() => {}).then(() => this.#read(area, parts, frame));
    this.#last = reading;
    return reading;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#release();
  }

  async #read(area: Rectangle, parts: readonly Rectangle[], frame: Uint8Array): Promise<void> {
    const shared = await this.#sharedFor(area.width * area.height * PIXEL);
    if (shared === undefined) {
      for (const part of parts) copyPart(await this.#askImage(area, part), part, area.width, frame);
      return;
    }
    for (const batch of batches(parts, shared.memory.bytes.length)) {
      let offset = 0;
      const answers = batch.map((part) => {
        const at = offset;
        offset += bytesOf(part);
        return this.#askShared(shared, area, part, at);
      });
      // All of them, also if one fails: the server writes until then.
      const failed = (await Promise.allSettled(answers)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
      offset = 0;
      for (const part of batch) {
        copyPart(shared.memory.bytes.subarray(offset, offset + bytesOf(part)), part, area.width, frame);
        offset += bytesOf(part);
      }
    }
  }

  #askShared({ segment }: Shared, area: Rectangle, part: Rectangle, offset: number): Promise<unknown> {
    const { shm, connection } = this;
    const [x, y] = [area.x + part.x, area.y + part.y];
    return connection.ask((_, done) =>
      shm!.GetImage(
        connection.root,
        x,
        y,
        part.width,
        part.height,
        ALL_PLANES,
        Z_PIXMAP,
        segment,
        offset,
        done,
      )
    );
  }

  async #askImage(area: Rectangle, part: Rectangle): Promise<Uint8Array> {
    const { root } = this.connection;
    const [x, y] = [area.x + part.x, area.y + part.y];
    const { data } = await this.connection.ask<{ readonly data: Uint8Array }>((client, done) =>
      client.GetImage(Z_PIXMAP, root, x, y, part.width, part.height, ALL_PLANES, done)
    );
    return data;
  }

  /** Memory for `size` bytes; undefined where the server can't share any: it is elsewhere, or in another IPC namespace. */
  async #sharedFor(size: number): Promise<Shared | undefined> {
    if (this.shm === undefined || this.#disposed) return undefined;
    if (this.#shared?.memory.bytes.length === size) return this.#shared;
    this.#release();
    let memory: SharedMemory | undefined;
    try {
      memory = SharedMemory.create(size);
      const shared = { memory, segment: this.connection.client.AllocID() };
      await this.#attach(shared);
      if (this.#disposed) throw new Error("disposed meanwhile");
      this.#shared = shared;
      return shared;
    } catch (error) {
      memory?.[Symbol.dispose]();
      // A lost display is no reason to go on without shared memory, since it ends everything.
      if (error instanceof Failure) throw error;
      this.shm = undefined;
      return undefined;
    }
  }

  /** Rejects if the server can't attach it, or writes elsewhere. */
  async #attach(shared: Shared): Promise<void> {
    const { memory, segment } = shared;
    await this.connection.ask<unknown>((_, done) => this.shm!.Attach(segment, memory.id, false, done));
    memory.bytes.set(CANARY);
    const corner = { x: 0, y: 0, width: 1, height: 1 };
    await this.#askShared(shared, corner, corner, 0);
    if (CANARY.every((byte, i) => memory.bytes[i] === byte)) {
      throw new Error("the server's memory is another");
    }
  }

  #release(): void {
    const shared = this.#shared;
    if (shared === undefined) return;
    this.#shared = undefined;
    this.connection.tell((client) => {
      this.shm!.Detach(shared.segment);
      client.ReleaseID(shared.segment);
    });
    shared.memory[Symbol.dispose]();
  }
}

function bytesOf({ width, height }: Rectangle): number {
  return width * height * PIXEL;
}

/** In order, as many at once as `size` bytes hold; each part alone fits. */
function batches(parts: readonly Rectangle[], size: number): Rectangle[][] {
  const found: Rectangle[][] = [];
  let left = 0;
  for (const part of parts) {
    if (bytesOf(part) > left) {
      found.push([]);
      left = size;
    }
    left -= bytesOf(part);
    found.at(-1)!.push(part);
  }
  return found;
}

/** Copies a part's pixels to their place in a picture of `width` pixels a row. */
function copyPart(pixels: Uint8Array, part: Rectangle, width: number, frame: Uint8Array): void {
  if (part.width === width) {
    frame.set(pixels.subarray(0, bytesOf(part)), part.y * width * PIXEL);
    return;
  }
  const row = part.width * PIXEL;
  for (let y = 0; y < part.height; y++) {
    frame.set(pixels.subarray(y * row, (y + 1) * row), ((part.y + y) * width + part.x) * PIXEL);
  }
}
