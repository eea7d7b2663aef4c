/** What a display is made of, as the other rooms of the desktop see it. All coordinates and sizes are pixels of the root window. */

/** Environment variables by name: DISPLAY, XAUTHORITY, HOME, WAYLAND_DISPLAY and PATH are read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A part of the root window or of an area; `x` and `y` are its top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One monitor, by the name that `xrandr --listmonitors` shows. */
export interface Monitor extends Rectangle {
  readonly name: string;
  readonly primary: boolean;
}

/** The size of the root window, and the monitors that show parts of it. */
export interface ScreenLayout {
  readonly width: number;
  readonly height: number;
  readonly monitors: readonly Monitor[];
}

/** What is captured. A rectangle is clipped to the screen. */
export type CaptureArea =
  | { readonly kind: "all" }
  | { readonly kind: "monitor"; readonly name: string }
  | ({ readonly kind: "rectangle" } & Rectangle);

/** What changed since the last look; `rectangles` are within `area`, and count from its corner. */
export interface Change {
  /** On the root window. */
  readonly area: Rectangle;
  readonly rectangles: readonly Rectangle[];
}

/** The pointer as it is drawn: `rgba` has straight alpha and 4 bytes a pixel, without padding. The same image has the same `serial`. */
export interface PointerImage {
  readonly serial: number;
  readonly width: number;
  readonly height: number;
  readonly hotX: number;
  readonly hotY: number;
  readonly rgba: Uint8Array;
}

/** A place on the root window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A key that goes down or up; `code` and `key` as in KeyboardEvent. */
export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly down: boolean;
  /** By the key's place on the keyboard, or by what it says at the viewer's. */
  readonly by: "position" | "character";
}

/** What a viewer puts into the clipboard. */
export interface ClipboardContent {
  readonly text?: string;
  readonly png?: Uint8Array;
}

/** In which forms a program offers what it copied. */
export interface ClipboardOffer {
  readonly text: boolean;
  readonly png: boolean;
}

/** What a display tells by itself. */
export interface DisplayEvents {
  /** Another size, or other monitors. */
  layoutChanged(layout: ScreenLayout): void;
  /** The pointer looks different. */
  pointerImage(image: PointerImage): void;
  /** The pointer is elsewhere; at most each 15 ms. */
  pointerMoved(place: Point): void;
  /** A program copied something; not for what this connection put there. */
  clipboardChanged(offer: ClipboardOffer): void;
}
