/** The pointer's images as viewers get them: each once, by number. */
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import type { PointerImage } from "../x11/types.ts";
import { pngOf } from "./png.ts";

/** Image of one pointer that was changed last; the number of images that may be said by their number alone. */
const MAX_KNOWN = 64;

/** What is said of the pointer's image. */
export class PointerImages {
  readonly #known = new Map<number, HostSays>();
  #now: number | undefined;

  /** The image that the pointer has now, to be said to who has none; undefined before the first. */
  get present(): HostSays | undefined {
    return this.#now === undefined ? undefined : this.#known.get(this.#now);
  }

  /** The pointer looks like this: what to say to who has heard everything so far. */
  changed({ serial, width, height, hotX, hotY, rgba }: PointerImage): HostSays {
    this.#now = serial;
    const known = this.#known.get(serial);
    if (known) return { is: "cursor", value: { id: serial } };
    const png = pngOf(rgba, width, height).toBase64();
    const said: HostSays = { is: "cursor", value: { id: serial, width, height, x: hotX, y: hotY, png } };
    this.#known.set(serial, said);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    return said;
  }
}
