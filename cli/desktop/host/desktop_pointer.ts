/** The pointer as viewers get it: each image is made a PNG once, and goes to each viewer once; and its place. */
import { KEPT_CURSORS } from "../../../session/services/desktop/limits.ts";
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import type { Pointer } from "../x11/pointer.ts";
import type { Point, PointerImage, Rectangle } from "../x11/types.ts";
import { pointerSays } from "./desktop_told.ts";
import { pngOf } from "./png.ts";

/** How the pointer of a display looks and where it is. Of its images those that were new last are kept. */
export class DesktopPointer {
  readonly #known = new Map<number, HostSays>();
  #image: HostSays | undefined;
  #place: Point | undefined;

  /** Asks for both. Throws what the display does. */
  async read(from: Pick<Pointer, "image" | "position">): Promise<void> {
    this.looks(await from.image());
    this.#place = await from.position();
  }

  /** What is said first to who comes; `area`: what is shared. */
  first(area: Rectangle): HostSays[] {
    const { x, y } = this.#place ?? {};
    return [
      ...(this.#image ? [this.#image] : []),
      ...(x === undefined || y === undefined ? [] : [pointerSays(area, x, y)]),
    ];
  }

  /**
   * The pointer looks like this: what to say, with the whole image ({@link SentPointers} leaves out what a viewer has). Undefined for one
   * that the display does not give: the one before stays.
   */
  looks({ serial, width, height, hotX, hotY, rgba }: PointerImage): HostSays | undefined {
    if (width === 0 || height === 0) return undefined;
    const png = () => pngOf(rgba, width, height).toBase64();
    const said: HostSays = this.#known.get(serial) ??
      { is: "cursor", value: { id: serial, width, height, x: hotX, y: hotY, png: png() } };
    this.#known.set(serial, said);
    if (this.#known.size > KEPT_CURSORS) this.#known.delete(this.#known.keys().next().value!);
    return this.#image = said;
  }

  /** The pointer is here, on the root window: what to say. */
  moved(place: Point, area: Rectangle): HostSays {
    this.#place = place;
    return pointerSays(area, place.x, place.y);
  }
}

/** The images that one viewer has. It keeps those that came last, and so does this. */
export class SentPointers {
  readonly #sent = new Set<number>();

  /** `said` goes to the viewer at once: a shorter message in its place, if that is an image that it has. */
  sending(said: HostSays): Uint8Array | undefined {
    if (said.is !== "cursor" || said.value?.png === undefined) return undefined;
    const { id } = said.value;
    if (this.#sent.has(id)) return encodeMessage({ cursor: { id } });
    this.#sent.add(id);
    if (this.#sent.size > KEPT_CURSORS) this.#sent.delete(this.#sent.keys().next().value!);
    return undefined;
  }
}
