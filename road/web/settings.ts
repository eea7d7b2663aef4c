/** What a person chose; kept in this browser. */
import type { PredictMode } from "../../session/predictor.ts";

export interface Settings {
  /** `system` follows the browser's light or dark. */
  readonly theme: string;
  /** CSS pixels. */
  readonly fontSize: number;
  readonly predict: PredictMode;
  readonly screenReader: boolean;
  /** On a Mac: Option is the programs' Meta key, and types no letters of its own (`@ [ ] { } | ~` in much of Europe). */
  readonly optionIsMeta: boolean;
  readonly name: string;
}

export const FONT_SIZES = { least: 6, most: 40 } as const;
const DEFAULTS: Settings = {
  theme: "system",
  fontSize: 14,
  predict: "adaptive",
  screenReader: false,
  optionIsMeta: false,
  name: "",
};
const KEY = "beach.settings";

/** What was chosen before; defaults for the rest, and where the browser keeps nothing. */
export function loadSettings(): Settings {
  let kept: Partial<Record<keyof Settings, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    // No storage here, or not ours: the defaults.
  }
  const { least, most } = FONT_SIZES;
  const size = Number(kept.fontSize);
  return {
    theme: typeof kept.theme === "string" ? kept.theme : DEFAULTS.theme,
    fontSize: size >= least && size <= most ? size : DEFAULTS.fontSize,
    predict: kept.predict === "always" || kept.predict === "never" ? kept.predict : DEFAULTS.predict,
    screenReader: kept.screenReader === true,
    optionIsMeta: kept.optionIsMeta === true,
    name: typeof kept.name === "string" ? kept.name.slice(0, 64) : DEFAULTS.name,
  };
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may keep nothing; the choice holds for this page.
  }
}
