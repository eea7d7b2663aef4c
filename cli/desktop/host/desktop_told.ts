/** What every viewer is told of a desktop, as messages of `show`. */
import { MAX_MONITORS } from "../../../session/services/desktop/limits.ts";
import type { DesktopSettings, HostSays } from "../../../session/services/desktop/show_messages.ts";
import type { Rectangle, ScreenLayout } from "../x11/types.ts";

/** What is shared, and the monitors that begin within it. */
export function screenSays({ x, y, width, height }: Rectangle, { monitors }: ScreenLayout): HostSays {
  const within = monitors.slice(0, MAX_MONITORS)
    .map((one) => ({ name: one.name, x: one.x - x, y: one.y - y, width: one.width, height: one.height }))
    .filter((one) => one.x >= 0 && one.y >= 0);
  return { is: "screen", value: { width, height, monitors: within } };
}

/** What holds for one viewer; `input`: it may use the desktop. */
export function settingsSays(
  made: Pick<DesktopSettings, "fps" | "bitrate" | "preset">,
  encoders: readonly [string, ...string[]],
  can: Pick<DesktopSettings, "audio" | "clipboard" | "input" | "terminal">,
): HostSays {
  const clipboard = can.input ? can.clipboard : "none";
  return {
    is: "settings",
    value: { ...made, encoder: encoders[0], encoders: [...encoders], ...can, clipboard },
  };
}

/** The pointer is at `x`, `y` of the root window. */
export function pointerSays(area: Rectangle, x: number, y: number): HostSays {
  return { is: "pointer", value: [Math.max(0, x - area.x), Math.max(0, y - area.y)] };
}
