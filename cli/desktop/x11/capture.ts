/** A part of the screen: what changed in it (DAMAGE), and its pixels. */
import { type Connection, isServerError } from "./connection/connection.ts";
import type { XDamage, XFixes, XRectangle } from "./connection/x11_client.ts";
import { NOWHERE, placeArea } from "./area.ts";
import { partsOf } from "./rectangles.ts";
import { PIXEL, ScreenReader } from "./screen_reader.ts";
import type { CaptureArea, Change, Rectangle, ScreenLayout } from "./types.ts";

/** DAMAGE says once that something changed, and again only after what changed was taken (DamageReportNonEmpty). */
const NON_EMPTY = 3;

/** What a capture needs of its display. */
export interface CaptureParts {
  readonly connection: Connection;
  readonly damage: XDamage;
  readonly fixes: XFixes;
  readonly reader: ScreenReader;
  /** The layout of now. */
  readonly layout: () => ScreenLayout;
  /** Called at the capture's end. */
  readonly ended: (capture: Capture) => void;
}

/**
 * One capture. While nothing changes, it and the server do nothing.
 *
 *     const { area, rectangles } = await capture.next(signal);
 *     await capture.grab(rectangles, frame);
 */
export class Capture implements Disposable {
  readonly #parts: CaptureParts;
  readonly #wanted: CaptureArea;
  readonly #stop: () => void;
  readonly #damage: number;
  readonly #region: number;
  #area: Rectangle;
  /** The area of the last change that was told. */
  #told: Rectangle = NOWHERE;
  #dirty = true;
  #disposed = false;
  #wake: (() => void) | undefined;

  constructor(parts: CaptureParts, wanted: CaptureArea) {
    this.#parts = parts;
    this.#wanted = wanted;
    this.#area = placeArea(wanted, parts.layout());
    const { connection, damage, fixes } = parts;
    this.#damage = connection.client.AllocID();
    this.#region = connection.client.AllocID();
    this.#stop = connection.listen((event) => {
      if (event.name !== "DamageNotify" || event.damage !== this.#damage) return;
      this.#dirty = true;
      this.#wake?.();
    });
    connection.tell(() => {
      damage.Create(this.#damage, connection.root, NON_EMPTY);
      fixes.CreateRegion(this.#region, []);
    });
  }

  /** Where on the root window it is; 0x0 while its monitor is gone. */
  get area(): Rectangle {
    return this.#area;
  }

  /** Whether pixels come through shared memory; known after the first `grab`. */
  get isShared(): boolean {
    return this.#parts.reader.isShared;
  }

  /** The layout changed: the display says so. */
  follow(layout: ScreenLayout): void {
    this.#area = placeArea(this.#wanted, layout);
    this.#wake?.();
  }

  /**
   * Waits until something in the area changed, and says what. The first call, and the first after another size or place, has the whole
   * area as its one rectangle. One call at a time. Rejects with the signal's reason, or the Failure of a lost display.
   */
  async next(signal: AbortSignal): Promise<Change> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#disposed) throw new Error("this capture has ended");
      const area = this.#area;
      if (area.width === 0) {
        // When it is back, all of it is new.
        this.#told = NOWHERE;
        await this.#woken(signal);
        continue;
      }
      if (!isSame(area, this.#told)) {
        this.#told = area;
        // What changed until here is part of the whole.
        await this.#takeChanges();
        return { area, rectangles: [{ ...area, x: 0, y: 0 }] };
      }
      if (!this.#dirty) {
        await this.#woken(signal);
        continue;
      }
      const rectangles = partsOf(await this.#takeChanges(), area);
      if (rectangles.length > 0 && isSame(area, this.#area)) return { area, rectangles };
    }
  }

  /**
   * Reads these rectangles of the area into `frame`: BGRX (blue first, the fourth byte means nothing), rows of `area.width * 4` bytes
   * without padding. False if the area is another since the last `next`, which then has the new one. Throws RangeError if they are not
   * within the area, or `frame` is too small for it.
   */
  async grab(rectangles: readonly Rectangle[], frame: Uint8Array): Promise<boolean> {
    const area = this.#told;
    if (!isSame(area, this.#area)) return false;
    if (frame.length < area.width * area.height * PIXEL) {
      throw new RangeError(`a frame of ${frame.length} bytes for ${area.width}x${area.height} pixels`);
    }
    if (!rectangles.every((part) => isWithin(part, area))) {
      throw new RangeError("a rectangle outside of the area");
    }
    try {
      await this.#parts.reader.read(area, rectangles, frame);
    } catch (error) {
      // The server's size may be another before it has told so.
      if (!isServerError(error)) throw error;
      // Should it be the same again: nothing of it was read.
      this.#told = NOWHERE;
      return false;
    }
    return isSame(area, this.#area);
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stop();
    const { connection, damage, fixes, reader, ended } = this.#parts;
    ended(this);
    connection.tell(() => {
      damage.Destroy(this.#damage);
      fixes.DestroyRegion(this.#region);
    });
    reader[Symbol.dispose]();
    this.#wake?.();
  }

  /** Moves what changed from DAMAGE's record into the region, and reads it. */
  async #takeChanges(): Promise<readonly XRectangle[]> {
    const { connection, damage, fixes } = this.#parts;
    this.#dirty = false;
    connection.tell(() => damage.Subtract(this.#damage, 0, this.#region));
    const { rectangles } = await connection.ask<{ readonly rectangles: readonly XRectangle[] }>((_, done) =>
      fixes.FetchRegion(this.#region, done)
    );
    return rectangles;
  }

  async #woken(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => resolve(undefined);
    signal.addEventListener("abort", this.#wake);
    const stop = this.#parts.connection.onOver(this.#wake);
    try {
      await promise;
    } finally {
      stop();
      signal.removeEventListener("abort", this.#wake);
      this.#wake = undefined;
    }
    this.#parts.connection.throwIfOver();
  }
}

function isSame(one: Rectangle, other: Rectangle): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

function isWithin({ x, y, width, height }: Rectangle, area: Rectangle): boolean {
  return x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= area.width && y + height <= area.height;
}
