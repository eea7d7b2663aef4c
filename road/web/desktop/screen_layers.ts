/** What shows a desktop: video or painted tiles, and the pointer above them. It needs no style sheet. */
import { make } from "../dom/elements.ts";
import type { DesktopScreen, PictureWay } from "../../../session/services/desktop/show_messages.ts";
import { PointerImage } from "./pointer_image.ts";

const OVER = { position: "absolute", inset: "0", width: "100%", height: "100%" } as const;

/** The layers of one desktop, each as large as {@link element}. */
export class ScreenLayers {
  readonly video = make("video", {
    muted: true,
    autoplay: true,
    playsInline: true,
    disablePictureInPicture: true,
    tabIndex: -1,
  });
  readonly canvas = make("canvas", {});
  readonly pointer = new PointerImage();
  readonly element: HTMLElement;
  #shown: PictureWay | undefined;
  #screen = { width: 1, height: 1 };

  constructor() {
    this.element = make("div", { className: "desktop-screen" }, [
      this.video,
      this.canvas,
      this.pointer.element,
    ]);
    this.element.setAttribute("role", "img");
    this.element.ariaLabel = "The host's desktop";
    Object.assign(this.element.style, { position: "relative", overflow: "hidden", background: "#000" });
    Object.assign(this.video.style, { ...OVER, objectFit: "fill", visibility: "hidden", display: "block" });
    Object.assign(this.canvas.style, { ...OVER, visibility: "hidden", display: "block" });
    // Nothing of the browser's own over the picture.
    this.video.controls = false;
    this.video.setAttribute("aria-hidden", "true");
    this.canvas.setAttribute("aria-hidden", "true");
  }

  /** What is on top; undefined before there is a picture. */
  get shown(): PictureWay | undefined {
    return this.#shown;
  }

  /** The desktop has this size. What was painted is of another. */
  resize({ width, height }: Pick<DesktopScreen, "width" | "height">): void {
    this.#screen = { width, height };
    this.element.style.aspectRatio = `${width} / ${height}`;
    this.element.ariaLabel = `The host's desktop, ${width} by ${height}`;
    this.pointer.screen = this.#screen;
  }

  /** A picture of this way is there: it covers the other. */
  show(way: PictureWay): void {
    if (way === this.#shown) return;
    this.#shown = way;
    this.video.style.visibility = way === "video" ? "visible" : "hidden";
    this.canvas.style.visibility = way === "pictures" ? "visible" : "hidden";
  }

  /** The place on the desktop of a place in the page, in the desktop's pixels. */
  placeOf({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): {
    readonly x: number;
    readonly y: number;
  } {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const inside = (part: number, most: number) => Math.min(most - 1, Math.max(0, Math.floor(part * most)));
    return {
      x: inside((clientX - left) / Math.max(1, width), this.#screen.width),
      y: inside((clientY - top) / Math.max(1, height), this.#screen.height),
    };
  }
}
