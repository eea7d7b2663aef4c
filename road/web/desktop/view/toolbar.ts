/** The buttons of the desktop. */
import { make } from "../../dom/elements.ts";
import type { Desktop, WantedWay } from "../desktop_types.ts";
import type { ClipSync } from "./clip_sync.ts";
import { icon, type IconName } from "./icons.ts";
import { Menu, type MenuItem } from "./menu.ts";

export interface ToolbarActions {
  /** All of it or pixel by pixel. */
  size(): void;
  full(): void;
  /** Opens a phone's keyboard. */
  keyboard(): void;
  numbers(): void;
  settings(): void;
  sound(on: boolean): void;
  want(how: WantedWay): void;
  /** The keyboard is the desktop's again. */
  back(): void;
}

type Chord = readonly (readonly [code: string, key: string])[];
const CTRL = ["ControlLeft", "Control"] as const;
const ALT = ["AltLeft", "Alt"] as const;
const SUPER = ["MetaLeft", "Meta"] as const;

/** Keys that a browser or its system keeps for itself. */
const CHORDS: readonly (readonly [label: string, keys: Chord])[] = [
  ["Ctrl-Alt-Delete", [CTRL, ALT, ["Delete", "Delete"]]],
  ["Ctrl-Alt-Backspace", [CTRL, ALT, ["Backspace", "Backspace"]]],
  ["Ctrl-Alt-T", [CTRL, ALT, ["KeyT", "t"]]],
  ["Ctrl-Alt-L", [CTRL, ALT, ["KeyL", "l"]]],
  ["Alt-Tab", [ALT, ["Tab", "Tab"]]],
  ["Alt-F4", [ALT, ["F4", "F4"]]],
  ["Ctrl-W", [CTRL, ["KeyW", "w"]]],
  ["Ctrl-T", [CTRL, ["KeyT", "t"]]],
  ["Super", [SUPER]],
  ["Escape", [["Escape", "Escape"]]],
  ["Print screen", [["PrintScreen", "PrintScreen"]]],
  ["F11", [["F11", "F11"]]],
];

const WAYS: readonly (readonly [how: WantedWay, label: string])[] = [
  ["automatic", "Pictures: automatic"],
  ["video", "Pictures: video"],
  ["pictures", "Pictures: over data"],
];

/** The row of buttons, and what they show of the desktop's state. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #badge = make("span", { className: "chip", hidden: true });
  readonly #path = make("span", { className: "chip path", hidden: true, role: "status" });
  readonly #size: HTMLButtonElement;
  readonly #sound: HTMLButtonElement;
  readonly #numbers: HTMLButtonElement;
  readonly #hands: HTMLElement;
  #how: WantedWay = "automatic";
  #hears = false;

  constructor(
    private readonly desktop: Desktop,
    private readonly clips: ClipSync,
    private readonly actions: ToolbarActions,
  ) {
    this.#size = button("All of it", "fit", actions.size);
    this.#sound = button("Sound", "quiet", () => this.#hear());
    this.#numbers = button("Numbers", "numbers", actions.numbers);
    this.#numbers.ariaPressed = "false";
    const keyboard = button("Keyboard", "type", actions.keyboard);
    keyboard.classList.add("touch");
    this.#hands = make("div", { className: "group" }, [
      new Menu("Keys", "keys", () => this.#keys(), actions.back).element,
      keyboard,
      new Menu("Clipboard", "clip", () => this.#clipboard(), actions.back).element,
    ]);
    this.element = make("div", { id: "desktop-bar" }, [
      this.#badge,
      this.#path,
      make("span", { className: "space" }),
      this.#hands,
      make("div", { className: "group" }, [
        this.#sound,
        this.#size,
        button("Full screen", "full", actions.full),
        this.#numbers,
        new Menu("Pictures and settings", "settings", () => this.#more(), () => {}).element,
      ]),
    ]);
    this.element.setAttribute("role", "toolbar");
    this.element.ariaLabel = "Desktop";
    this.sized(true);
  }

  /** What holds, as the host says it; `typist`: whose input counts alone. */
  show(typist: string | null): void {
    const { input, audio } = this.desktop.settings;
    this.#badge.hidden = input && typist === null;
    this.#badge.textContent = input ? `${typist} has the desktop` : "view only";
    this.#badge.dataset.role = input ? "" : "view";
    this.#badge.title = input
      ? "One person at a time uses this desktop"
      : "You see the desktop; keys and pointer have no effect";
    this.#hands.hidden = !input;
    this.#sound.hidden = !audio;
  }

  /** How pictures come: only what is other than at first is worth the room. */
  path(how: string, why: string): void {
    this.#path.hidden = how === "video";
    this.#path.textContent = "pictures over data";
    this.#path.title = why;
  }

  sized(fits: boolean): void {
    this.#size.replaceChildren(icon(fits ? "actual" : "fit"));
    this.#size.title = this.#size.ariaLabel = fits ? "Pixel by pixel" : "All of it";
  }

  set numbers(open: boolean) {
    this.#numbers.ariaPressed = String(open);
  }

  /** Takes the keyboard. */
  focus(): void {
    this.element.querySelector<HTMLElement>("button:enabled:not([hidden] *)")?.focus();
  }

  #hear(): void {
    this.#hears = !this.#hears;
    this.#sound.replaceChildren(icon(this.#hears ? "sound" : "quiet"));
    this.#sound.ariaPressed = String(this.#hears);
    this.actions.sound(this.#hears);
    this.actions.back();
  }

  #keys(): MenuItem[] {
    return CHORDS.map(([label, keys]) => ({ label, act: () => this.desktop.input.chord(keys) }));
  }

  #clipboard(): MenuItem[] {
    const way = (way: "in" | "out", label: string): MenuItem => ({
      label: this.clips.allows(way) ? label : `${label} (the host does not allow it)`,
      on: this.clips.goes(way),
      ...(this.clips.allows(way) && { act: () => this.clips.on[way] = !this.clips.on[way] }),
    });
    return [
      way("in", "What I paste goes to the desktop"),
      way("out", "What is copied there comes here"),
      {
        label: "Send my clipboard now",
        ...(this.clips.goes("in") && { act: () => void this.clips.push() }),
      },
    ];
  }

  #more(): MenuItem[] {
    return [
      ...WAYS.map(([how, label]): MenuItem => ({
        label,
        on: how === this.#how,
        act: () => {
          this.#how = how;
          this.actions.want(how);
          this.actions.back();
        },
      })),
      { label: "Settings of the desktop…", act: this.actions.settings },
    ];
  }
}

function button(name: string, picture: IconName, onclick: () => void): HTMLButtonElement {
  return make("button", { type: "button", title: name, ariaLabel: name, onclick }, [icon(picture)]);
}
