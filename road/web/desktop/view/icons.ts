/** The pictures of the desktop's buttons, drawn as those of the page's bar. */
import { svg } from "../../dom/elements.ts";

const PATHS = {
  fit: [
    "M2.5 6V3.5a1 1 0 0 1 1-1H6M10 2.5h2.5a1 1 0 0 1 1 1V6M13.5 10v2.5a1 1 0 0 1-1 1H10M6 13.5H3.5a1 1 0 0 1-1-1V10",
  ],
  actual: ["M4 5.5 5.5 4.5v7M10.5 5.5l1.5-1v7M8 6.4h.01M8 9.6h.01"],
  full: ["M9.5 2.5h4v4M13.5 2.5l-4.6 4.6M6.5 13.5h-4v-4M2.5 13.5l4.6-4.6"],
  keys: [
    "M2.5 4h11a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z",
    "M4 6.7h.01M6.7 6.7h.01M9.3 6.7h.01M12 6.7h.01M5 9.5h6",
  ],
  type: ["M3 4V3h10v1M8 3v10M6 13h4"],
  clip: ["M5.5 3H4a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V4a1 1 0 0 0-1-1h-1.5", "M6 1.8h4v2.6H6z"],
  quiet: ["M2.5 6v4h2.6L8.5 13V3L5.1 6zM11 6.2l3.2 3.6M14.2 6.2 11 9.8"],
  sound: ["M2.5 6v4h2.6L8.5 13V3L5.1 6zM11 6a3 3 0 0 1 0 4M12.7 4.2a5.4 5.4 0 0 1 0 7.6"],
  numbers: ["M2.5 13.5v-4M6.2 13.5v-8M9.8 13.5v-5M13.5 13.5v-11"],
  settings: [
    "M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6",
    "M10 2.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
    "M6 9.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
  ],
  terminal: [
    "M2.5 3h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z",
    "M4.2 6 6.4 8l-2.2 2M8 10.2h3.4",
  ],
  desktop: [
    "M2.5 3h11a1 1 0 0 1 1 1v6.2a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z",
    "M8 11.2v2.3M5.2 13.5h5.6",
  ],
  both: ["M2.5 3h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z", "M8 3v10"],
} as const;

export type IconName = keyof typeof PATHS;

/** A picture for a button, which has its own name. */
export function icon(name: IconName): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", "aria-hidden": "true" },
    PATHS[name].map((d) => svg("path", { d })),
  );
}
