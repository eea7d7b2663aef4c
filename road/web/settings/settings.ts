/** What a person chose; kept in this browser. */
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
/** The longest name; characters. */
const LONGEST_NAME = 64;
const KEY = "beach.settings";

/** Each by itself: what is missing, or is no such choice (another version's), is the default. */
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

/** What was chosen before; defaults for the rest, and where the browser keeps nothing. */
export function loadSettings(): Settings {
  try {
    return readSettings(localStorage.getItem(KEY));
  } catch {
    return readSettings(null); // No storage here.
  }
}

/** The settings that a browser keeps as `json`, whatever that is. */
export function readSettings(json: string | null): Settings {
  let kept: unknown = {};
  try {
    kept = JSON.parse(json ?? "{}");
  } catch {
    // Not ours: the defaults.
  }
  const { success, output } = v.safeParse(SETTINGS, kept);
  return success ? output : v.parse(SETTINGS, {});
}

/** Stores the settings in this browser; does nothing where storage is forbidden. */
export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may keep nothing; the choice holds for this page.
  }
}
