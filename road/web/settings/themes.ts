/** Colours of the terminal. Every text colour has a contrast of at least 4.5 to its background (WCAG AA), blacks and greys by name apart. */
import type { ITheme } from "@xterm/xterm";

export interface Theme {
  readonly name: string;
  readonly light: boolean;
  readonly colours: ITheme;
}

/** The sixteen colours in ANSI order. */
function ansi(list: string): ITheme {
  const [black, red, green, yellow, blue, magenta, cyan, white, ...bright] = list.split(" ");
  const [
    brightBlack,
    brightRed,
    brightGreen,
    brightYellow,
    brightBlue,
    brightMagenta,
    brightCyan,
    brightWhite,
  ] = bright;
  return {
    ...{ black, red, green, yellow, blue, magenta, cyan, white, brightBlack, brightRed, brightGreen },
    ...{ brightYellow, brightBlue, brightMagenta, brightCyan, brightWhite },
  };
}

export const THEMES: Readonly<Record<string, Theme>> = {
  night: {
    name: "Night sea",
    light: false,
    colours: {
      background: "#0f1724",
      foreground: "#dfe7ef",
      cursor: "#f0c48a",
      cursorAccent: "#0f1724",
      selectionBackground: "#33506f",
      ...ansi(
        "#243244 #f08a8a #7fd6a4 #f0c48a #82b7ff #cf9df0 #6fd0d6 #d5dde6 " +
          "#8494a8 #ff9f9f #98e8b8 #ffd9a3 #a3ccff #e0b8ff #8fe5ea #ffffff",
      ),
    },
  },
  day: {
    name: "Day sand",
    light: true,
    colours: {
      background: "#fbfaf6",
      foreground: "#1f2b37",
      cursor: "#1d6a72",
      cursorAccent: "#fbfaf6",
      selectionBackground: "#bcd9dc",
      ...ansi(
        "#1f2b37 #b3261e #1a6b45 #7a5200 #1257b0 #83329c #0b666e #5b6774 " +
          "#5f6b78 #a01c15 #145c3a #6b4700 #0b4a9a #702788 #08575e #3b4754",
      ),
    },
  },
  dusk: {
    name: "Dusk",
    light: false,
    colours: {
      background: "#1c1826",
      foreground: "#ece6f2",
      cursor: "#ffb38a",
      cursorAccent: "#1c1826",
      selectionBackground: "#4a3f66",
      ...ansi(
        "#332c44 #ff8f9c #a3d9a5 #ffcf8f #9db8ff #dea3f5 #8ad5df #e2dbe9 " +
          "#9a90ad #ffadb6 #bfecc0 #ffe0b3 #bacdff #ebc2fb #abe6ee #ffffff",
      ),
    },
  },
  contrast: {
    name: "High contrast",
    light: false,
    colours: {
      background: "#000000",
      foreground: "#ffffff",
      cursor: "#ffff00",
      cursorAccent: "#000000",
      selectionBackground: "#0b57d0",
      ...ansi(
        "#000000 #ff7b7b #6bff6b #ffff66 #8ab8ff #ff9cff #66ffff #ffffff " +
          "#bdbdbd #ff9c9c #9cff9c #ffff9c #b3d1ff #ffc2ff #a3ffff #ffffff",
      ),
    },
  },
};

/** The theme of this name; `system` is night or day as the browser prefers. */
export function themeOf(name: string): Theme {
  return THEMES[name] ?? (matchMedia("(prefers-color-scheme: light)").matches ? THEMES.day! : THEMES.night!);
}

/** Gives the page the theme's lightness and its stage the terminal's background. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  root.toggleAttribute("data-light", theme.light);
  root.style.setProperty("--stage", theme.colours.background!);
  document.querySelector('meta[name="theme-color"]')?.setAttribute(
    "content",
    theme.light ? "#eef1ef" : "#0d1420",
  );
}
