/** The settings of a desktop, which hold for all its viewers. */
import { make } from "../../dom/elements.ts";
import { PRESETS } from "../../../../session/services/desktop/limits.ts";
import type { Desktop, DesktopChange } from "../desktop_types.ts";

const RATES = [15, 24, 30, 60] as const;
const BITRATES = [1, 2, 4, 8, 16] as const;
const MEGABIT = 1_000_000;
const PRESET_NAMES: Readonly<Record<(typeof PRESETS)[number], string>> = {
  text: "Text: sharp letters",
  balanced: "A bit of both",
  motion: "Movement: films and games",
};

/** Opens the dialog. Each choice is the host's to take, which says what holds then. */
export function openDesktopSettings(desktop: Desktop, closed: () => void): void {
  const { settings } = desktop;
  const dialog = make("dialog", { id: "desktop-settings", ariaLabel: "Settings of the desktop" }, [
    make("h2", { textContent: "Desktop" }),
    make("form", { method: "dialog" }, [
      ...(settings.input ? choices(desktop) : [
        make("p", { className: "quiet", textContent: "Who may use the desktop sets these." }),
        make("p", {
          textContent: `${settings.fps} pictures a second, ${settings.bitrate / MEGABIT} Mbit/s, ${
            PRESET_NAMES[settings.preset]
          }`,
        }),
      ]),
      make("p", {
        className: "quiet small",
        textContent: `The host encodes with ${settings.encoder || "no encoder"}${
          settings.encoders.length > 1 ? `; it has ${settings.encoders.join(", ")}` : ""
        }. These hold for all who watch.`,
      }),
      make("div", { className: "row" }, [make("button", { className: "primary", textContent: "Done" })]),
    ]),
  ]);
  dialog.onclose = () => {
    dialog.remove();
    closed();
  };
  document.body.append(dialog);
  dialog.showModal();
}

function choices(desktop: Desktop): HTMLElement[] {
  const { fps, bitrate, preset } = desktop.settings;
  const set = (change: DesktopChange) => desktop.set(change);
  const withNow = (values: readonly number[], now: number) =>
    [...new Set([...values, now])].toSorted((one, other) => one - other);
  return [
    choice("At most so many pictures a second", withNow(RATES, fps), fps, String, (fps) => set({ fps })),
    choice(
      "At most so much data",
      withNow(BITRATES.map((value) => value * MEGABIT), bitrate),
      bitrate,
      (value) => `${value / MEGABIT} Mbit/s`,
      (bitrate) => set({ bitrate }),
    ),
    choice("Best for", PRESETS, preset, (value) => PRESET_NAMES[value], (preset) => set({ preset })),
  ];
}

function choice<T extends string | number>(
  label: string,
  values: readonly T[],
  now: T,
  text: (value: T) => string,
  take: (value: T) => void,
): HTMLElement {
  const select = make(
    "select",
    { onchange: () => take(values[select.selectedIndex]!) },
    values.map((value) => make("option", { textContent: text(value), selected: value === now })),
  );
  return make("label", {}, [label, select]);
}
