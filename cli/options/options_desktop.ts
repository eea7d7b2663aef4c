/** The flags of a host's desktop. */
import { PRESETS } from "../../session/services/desktop/limits.ts";
import { optional, toggle, value } from "./flags.ts";
import { BadValue, count, oneOf, text } from "./values.ts";

/** Which desktop is shared: an X display that is there (undefined: of $DISPLAY), one of its own, or what a browser here captures. */
export type DesktopPlace =
  | { readonly kind: "display"; readonly name: string | undefined }
  | { readonly kind: "virtual"; readonly width: number; readonly height: number }
  | { readonly kind: "browser" };

/** The size of a display of its own where none is said; pixels. */
const VIRTUAL = { width: 1920, height: 1080 };
/** Its least and largest side: smaller ones hold no window, larger ones no encoder's picture; pixels. */
const LEAST_SIDE = 160;
const MOST_SIDE = 8192;
/** What is asked of an encoder; bits a second. Below the least no text can be read, above the most no browser decodes at once. */
const LEAST_BITRATE = 200_000;
const MOST_BITRATE = 100_000_000;
/** The bounds of `--desktop-fps`: pictures a second. */
const MOST_FPS = 60;

/** `:1`, `virtual`, `virtual:1280x720` or `browser`. */
export function desktopPlace(text: string): DesktopPlace {
  if (text === "browser") return { kind: "browser" };
  if (text === "virtual") return { kind: "virtual", ...VIRTUAL };
  const [, ...sides] = /^virtual:(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  const [width, height] = sides.map(Number);
  if (width !== undefined && height !== undefined) {
    if (Math.min(width, height) >= LEAST_SIDE && Math.max(width, height) <= MOST_SIDE) {
      return { kind: "virtual", width, height };
    }
    throw new BadValue(`virtual:WIDTHxHEIGHT with sides from ${LEAST_SIDE} to ${MOST_SIDE}`);
  }
  if (/^[\w.-]*:\d{1,5}(?:\.\d+)?$/.test(text)) return { kind: "display", name: text };
  throw new BadValue("an X display such as :0, virtual, virtual:1280x720, or browser");
}

/** `800k`, `4M`, `2500000` as bits a second. */
export function bitrate(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text) ?? [];
  const value = Math.round(Number(number) * ({ "": 1, k: 1000, M: 1e6 }[unit] ?? NaN));
  if (value >= LEAST_BITRATE && value <= MOST_BITRATE) return value;
  throw new BadValue("bits a second from 200k to 100M, such as 4M");
}

/** `all`, a monitor's name or a part of the screen; whether it is there shows once the display is open. */
function area(text: string): string {
  if (/^(?:\d{1,5}x\d{1,5}(?:\+\d{1,5}\+\d{1,5})?|(?!\d+x)[\w.-]+)$/.test(text)) return text;
  throw new BadValue("all, a monitor's name (xrandr --listmonitors) or WxH+X+Y, such as 1280x720+0+0");
}

export const DESKTOP_FLAGS = {
  desktop: optional(
    "desktop",
    "DISPLAY|virtual[:WxH]|browser",
    desktopPlace,
    "share a desktop too: this X display, one of its own, or what a browser here captures",
  ),
  onlyDesktop: toggle("no-terminal", "share the desktop alone, no terminal"),
  desktopArea: value(
    "desktop-area",
    "all|MONITOR|WxH+X+Y",
    area,
    "share this part of it (all)",
    "all",
  ),
  desktopPreset: value(
    "desktop-preset",
    "WORD",
    oneOf(...PRESETS),
    "what to keep where there is little room: sharp text, or motion (balanced)",
    "balanced" as const,
  ),
  desktopFps: value("desktop-fps", "N", count(1, MOST_FPS), `at most N pictures a second (30)`, 30),
  desktopBitrate: value("desktop-bitrate", "RATE", bitrate, "at most so many bits a second (8M)", 8_000_000),
  desktopClipboard: value(
    "desktop-clipboard",
    "WORD",
    oneOf("both", "in", "out", "none"),
    "what viewers who may use it can do with its clipboard: put (in), get (out), both or none (both)",
    "both" as const,
  ),
  desktopAudio: toggle("desktop-audio", "let viewers hear it too"),
  desktopRecord: value(
    "desktop-record",
    "FILE.mkv",
    text("a file"),
    "record what is sent of it, as Matroska, in a new file",
  ),
} as const;

/** The flags that count with `--desktop browser` too: the browser chooses the part of the screen, the encoder and its rate, and is only seen. */
export const OF_BROWSERS: readonly (keyof typeof DESKTOP_FLAGS)[] = [
  "desktop",
  "onlyDesktop",
  "desktopAudio",
];
