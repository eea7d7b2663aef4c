/** Which part of the screen is captured. Pure. */
import { Failure } from "../../process/failure.ts";
import type { CaptureArea, Rectangle, ScreenLayout } from "./types.ts";
import { intersection } from "./rectangles.ts";

/** No part of the screen. */
export const NOWHERE: Rectangle = { x: 0, y: 0, width: 0, height: 0 };

/** Reads `all`, `WxH+X+Y` (`WxH` alone: from the corner) or a monitor's name. Throws Failure. */
export function parseArea(text: string): CaptureArea {
  if (text === "all") return { kind: "all" };
  const [, ...sides] = /^(\d{1,5})x(\d{1,5})(?:\+(\d{1,5})\+(\d{1,5}))?$/.exec(text) ?? [];
  if (sides.length === 0) {
    if (/^(?!\d+x)[\w.-]+$/.test(text)) return { kind: "monitor", name: text };
  } else {
    const [width, height, x, y] = sides.map((side) => Number(side ?? 0)) as [number, number, number, number];
    if (width > 0 && height > 0) return { kind: "rectangle", x, y, width, height };
  }
  throw new Failure({
    what: "No part of the screen",
    value: text,
    wanted: "all, a monitor's name (xrandr --listmonitors) or WxH+X+Y, as 1280x720+0+0",
  });
}

/** Where `area` is on a screen of this layout; {@link NOWHERE} if it is not. */
export function placeArea(area: CaptureArea, layout: ScreenLayout): Rectangle {
  const all = { x: 0, y: 0, width: layout.width, height: layout.height };
  switch (area.kind) {
    case "all":
      return all;
    case "monitor": {
      const monitor = layout.monitors.find(({ name }) => name === area.name);
      return (monitor && intersection(monitor, all)) ?? NOWHERE;
    }
    case "rectangle":
      return intersection(area, all) ?? NOWHERE;
  }
}
