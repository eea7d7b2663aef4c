/** A person's settings, stored in this browser. */
import * as v from "valibot";
import type { PredictMode } from "../../../session/predict/predictor.ts";

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
/** The longest name, in characters. */
const LONGEST_NAME = 64;
const KEY = "beach.settings";

/** Each setting by itself: a missing or invalid value (of another version) becomes the default. */
const SETTINGS = v.object({
  theme: v.fallback(v.string(), "system"),
  fontSize: v.fallback(
    v.pipe(v.number(), v.minValue(FONT_SIZES.least), v.maxValue(FONT_SIZES.most)),
    14,
  ),
  predict: v.fallback(v.picklist(["adaptive", "always", "never"]), "adaptive"),
  screenReader: v.fallback(v.boolean(), false),
  optionIsMeta: v.fallback(v.boolean(), false),
  name: v.fallback(v.pipe(v.string(), v.transform((name) => name.slice(0, LONGEST_NAME))), ""),
});

/** The stored settings; defaults for missing ones, and where the browser stores nothing. */
export function loadSettings(): Settings {
  try {
    return readSettings(localStorage.getItem(KEY));
  } catch {
    return readSettings(null); // No storage here.
  }
}

/** The settings in the stored text `json`, which may be anything. */
export function readSettings(json: string | null): Settings {
  let kept: unknown = {};
  try {
    kept = JSON.parse(json ?? "{}");
  } catch {
    // Not our format: the defaults.
  }
  const { success, output } = v.safeParse(SETTINGS, kept);
  return success ? output : v.parse(SETTINGS, {});
}

/** Stores the settings in this browser; does nothing where storage is forbidden. */
export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may store nothing; the settings hold for this page.
  }
}
