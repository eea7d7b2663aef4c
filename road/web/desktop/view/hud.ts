/** The numbers of a desktop, over its picture. */
import { make } from "../../dom/elements.ts";
import type { DesktopFigures, DesktopScreen } from "../desktop_types.ts";

const ROUTES: Readonly<Record<string, string>> = {
  host: "direct",
  srflx: "direct",
  prflx: "direct",
  relay: "through TURN",
};
const WAYS = { video: "video", pictures: "pictures over data" } as const;

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** Bits a second as a person reads them. */
export function rateText(bits: number): string {
  if (bits < 1e6) return `${Math.round(bits / 1e3)} kbit/s`;
  return `${(bits / 1e6).toFixed(bits < 1e7 ? 1 : 0)} Mbit/s`;
}

/** What each line says, from top to bottom. */
export function hudLines(
  screen: DesktopScreen,
  encoder: string,
  { fps, bitrate, age, lost, path, route, turnLeft, host }: DesktopFigures,
): readonly (readonly [name: string, value: string])[] {
  const total = age && age.host + age.way + age.here;
  return [
    ["Size", `${screen.width} × ${screen.height}`],
    ["Pictures", `${fps.toFixed(fps < 10 ? 1 : 0)} a second`],
    ["Rate", rateText(bitrate)],
    ["Age", total === undefined ? "not known yet" : ms(total)],
    ...(age ? [["", `host ${ms(age.host)} + way ${ms(age.way)} + here ${ms(age.here)}`] as const] : []),
    ["Lost", `${(lost * 100).toFixed(lost > 0 && lost < 0.1 ? 1 : 0)} %`],
    ["Path", route === undefined ? WAYS[path.how] : `${WAYS[path.how]}, ${ROUTES[route] ?? route}`],
    ["", path.why],
    ["Encoder", encoder],
    // One that the host has not measured yet is 0.
    ...(host && host.rttMs > 0 ? [["Round trip", ms(host.rttMs)] as const] : []),
    ...(turnLeft === undefined
      ? []
      : [["TURN login", turnLeft <= 0 ? "run out" : `good for ${minutes(turnLeft)}`] as const]),
  ];
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** The list of numbers. */
export class Hud {
  readonly element = make("dl", { id: "desktop-hud", hidden: true, ariaLabel: "Numbers of the desktop" });

  get open(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
  }

  show(lines: readonly (readonly [string, string])[]): void {
    if (!this.open) return;
    this.element.replaceChildren(
      ...lines.filter(([, value]) => value !== "").flatMap(([name, value]) => [
        make("dt", { textContent: name }),
        make("dd", { textContent: value }),
      ]),
    );
  }
}
