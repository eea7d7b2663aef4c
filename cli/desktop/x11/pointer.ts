/** The pointer: how it looks (XFixes) and where it is, apart from the picture of the screen. */
import { type Connection, isServerError } from "./connection/connection.ts";
import type { XCursorImage, XFixes } from "./connection/x11_client.ts";
import { readPointerImage } from "./pointer_image.ts";
import type { Point, PointerImage } from "./types.ts";

/** `DisplayCursor` of XFixes: the image on the screen is another. */
const DISPLAY_CURSOR = 1;
/** XISelectEvents, and the event of a mouse's raw movement, which comes whatever window the pointer is over (XI2.h). */
const XI_SELECT_EVENTS = 46;
const XI_QUERY_VERSION = 47;
const RAW_MOTION = 17;
const ALL_MASTER_DEVICES = 1;
/** `GenericEvent` of the core protocol. */
const GENERIC_EVENT = 35;
/** Between two questions for the place while the pointer moves, ms: once a picture at 60 a second. */
const PACE = 15;

/** The pointer of one display. */
export class Pointer implements Disposable {
  onimage: ((image: PointerImage) => void) | null = null;
  onmove: ((place: Point) => void) | null = null;
  #stop = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #moved = false;
  #asking = false;
  #place: Point = { x: -1, y: -1 };
  #serial = -1;
  #imageWanted = false;
  #imageAsked = false;

  private constructor(private readonly connection: Connection, private readonly fixes: XFixes) {}

  /** Follows the pointer of `connection`. */
  static async start(connection: Connection, fixes: XFixes): Promise<Pointer> {
    const pointer = new Pointer(connection, fixes);
    connection.tell(() => fixes.SelectCursorInput(connection.root, DISPLAY_CURSOR));
    const input = await selectMotion(connection);
    pointer.#stop = connection.listen((event) => {
      if (event.name === "CursorNotify") void pointer.#showImage();
      else if (event.type === GENERIC_EVENT && event.extension === input && event.evtype === RAW_MOTION) {
        pointer.#motion();
      }
    });
    return pointer;
  }

  /** The image of now; without pixels (0x0, serial 0) if the server gives none. */
  async image(): Promise<PointerImage> {
    try {
      const image = await this.connection.ask<XCursorImage>((_, done) => this.fixes.GetCursorImage(done));
      return readPointerImage(image);
    } catch (error) {
      // Xorg keeps the images of programs that have ended to itself.
      if (!isServerError(error)) throw error;
      return { serial: 0, width: 0, height: 0, hotX: 0, hotY: 0, rgba: new Uint8Array() };
    }
  }

  /** The place of now, on the root window. */
  async position(): Promise<Point> {
    const { root } = this.connection;
    const { rootX: x, rootY: y } = await this.connection.ask<
      { readonly rootX: number; readonly rootY: number }
    >(
      (client, done) => client.QueryPointer(root, done),
    );
    return { x, y };
  }

  [Symbol.dispose](): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.onimage = null;
    this.onmove = null;
  }

  /** The newest image for any number of changes meanwhile. */
  async #showImage(): Promise<void> {
    this.#imageWanted = true;
    if (this.#imageAsked) return;
    this.#imageAsked = true;
    try {
      while (this.#imageWanted) {
        this.#imageWanted = false;
        const image = await this.image();
        if (image.serial === this.#serial) continue;
        this.#serial = image.serial;
        this.onimage?.(image);
      }
    } catch {
      // The display is lost, which the connection tells.
    } finally {
      this.#imageAsked = false;
    }
  }

  #motion(): void {
    if (this.onmove === null) return;
    this.#moved = true;
    if (this.#timer === undefined && !this.#asking) void this.#showPlace();
  }

  async #showPlace(): Promise<void> {
    this.#moved = false;
    this.#asking = true;
    try {
      const place = await this.position();
      if (place.x !== this.#place.x || place.y !== this.#place.y) this.onmove?.(place);
      this.#place = place;
    } catch {
      return;
    } finally {
      this.#asking = false;
    }
    if (this.onmove === null) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#moved) void this.#showPlace();
    }, PACE);
  }
}

/** Asks for raw movements; returns the extension's opcode, by which its events are known, or -1 where the server has no XInput 2. */
async function selectMotion(connection: Connection): Promise<number> {
  const input = await connection.ask<{ readonly present: number; readonly majorOpcode: number }>((
    client,
    done,
  ) => client.QueryExtension("XInputExtension", done));
  if (!input.present) return -1;
  try {
    await connection.askRaw(input.majorOpcode, XI_QUERY_VERSION, Uint8Array.of(2, 0, 2, 0), () => true);
  } catch {
    return -1;
  }
  const words = new DataView(new ArrayBuffer(16));
  words.setUint32(0, connection.root, true);
  words.setUint16(4, 1, true);
  words.setUint16(8, ALL_MASTER_DEVICES, true);
  words.setUint16(10, 1, true);
  words.setUint32(12, 1 << RAW_MOTION, true);
  connection.tellRaw(input.majorOpcode, XI_SELECT_EVENTS, new Uint8Array(words.buffer));
  return input.majorOpcode;
}
