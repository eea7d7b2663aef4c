/** The desktop's pointer, drawn where the person has it: no round trip is between a hand and its pointer. */
import { make } from "../dom/elements.ts";
import { pngSize } from "./image_size.ts";
import type { HostSays } from "../../../session/services/desktop/show_messages.ts";
import { KEPT_CURSORS } from "../../../session/services/desktop/limits.ts";
import type { Place } from "../../../session/services/desktop/held_input.ts";

type Said = Extract<HostSays, { readonly is: "cursor" }>["value"];
interface Image {
  readonly bitmap: ImageBitmap;
  readonly x: number;
  readonly y: number;
}

/** The image of a pointer at its place. */
export class PointerImage {
  readonly element = make("canvas", {});
  readonly #images = new Map<number, Image>();
  #image: Image | undefined;
  #wanted: number | null | undefined;
  #at: Place = { x: 0, y: 0 };
  #screen = { width: 1, height: 1 };
  #placed = false;

  constructor() {
    this.element.setAttribute("aria-hidden", "true");
    Object.assign(this.element.style, { position: "absolute", pointerEvents: "none", display: "none" });
  }

  set screen(screen: { readonly width: number; readonly height: number }) {
    this.#screen = screen;
    this.#place();
  }

  /** What the host says of it. An image that can't be read changes nothing. */
  async set(said: Said): Promise<void> {
    this.#wanted = said === null ? null : said.id;
    // The browser's own pointer is not needed over it.
    if (this.element.parentElement) this.element.parentElement.dataset.pointer = "";
    if (said !== null && said.png !== undefined) {
      const { id, png, width, height, x, y } = said;
      const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
      const says = pngSize(bytes);
      if (says?.width !== width || says.height !== height) return;
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" })).catch(() => undefined);
      if (!bitmap) return;
      this.#images.delete(id);
      this.#images.set(id, { bitmap, x, y });
      for (const old of this.#images.keys()) {
        if (this.#images.size <= KEPT_CURSORS) break;
        this.#images.get(old)?.bitmap.close();
        this.#images.delete(old);
      }
    }
    // Another may have been told while this was decoded.
    if (this.#wanted === (said === null ? null : said.id)) this.#draw();
  }

  /** It is there, in the desktop's pixels. */
  move(at: Place): void {
    this.#at = at;
    this.#placed = true;
    this.#place();
  }

  #draw(): void {
    this.#image = typeof this.#wanted === "number" ? this.#images.get(this.#wanted) : undefined;
    const { bitmap } = this.#image ?? {};
    if (bitmap) {
      this.element.width = bitmap.width;
      this.element.height = bitmap.height;
      this.element.getContext("2d")!.drawImage(bitmap, 0, 0);
    }
    this.#place();
  }

  /** In parts of the desktop's size, so that it keeps its place when the page scales it. */
  #place(): void {
    const image = this.#image;
    const { style } = this.element;
    style.display = image && this.#placed ? "block" : "none";
    if (!image) return;
    const across = (pixels: number) => `${pixels / this.#screen.width * 100}%`;
    const down = (pixels: number) => `${pixels / this.#screen.height * 100}%`;
    style.width = across(image.bitmap.width);
    style.height = down(image.bitmap.height);
    style.left = across(this.#at.x - image.x);
    style.top = down(this.#at.y - image.y);
  }
}
