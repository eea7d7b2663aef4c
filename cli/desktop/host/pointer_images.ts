/** The pointer's images as viewers get them: each is made a PNG once, and goes to each viewer once. */
import { KEPT_CURSORS } from "../../../session/services/desktop/limits.ts";
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import type { PointerImage } from "../x11/types.ts";
import { pngOf } from "./png.ts";

/** The images of one display's pointer. Those that were new last are kept. */
export class PointerImages {
  readonly #known = new Map<number, HostSays>();
  /** The image that the pointer has now; undefined before the first. */
  present: HostSays | undefined;

  /** The pointer looks like this: what to say, with the whole image ({@link SentPointers} leaves out what a viewer has). */
  changed({ serial, width, height, hotX, hotY, rgba }: PointerImage): HostSays {
    const png = () => pngOf(rgba, width, height).toBase64();
    const said: HostSays = this.#known.get(serial) ??
      { is: "cursor", value: { id: serial, width, height, x: hotX, y: hotY, png: png() } };
    this.#known.set(serial, said);
    if (this.#known.size > KEPT_CURSORS) this.#known.delete(this.#known.keys().next().value!);
    return this.present = said;
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
