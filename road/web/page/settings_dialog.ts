/** The dialog of a person's settings. */
import { PAGE_KEYS } from "../terminal/keyboard.ts";
import { make, part } from "../dom/elements.ts";
import { isApple } from "../dom/platform.ts";
import { FONT_SIZES, type Settings } from "../settings/settings.ts";
import { THEMES } from "../settings/themes.ts";

/** Opens the dialog; each choice takes effect at once through `change`. `closed` is called in the end. */
export function openSettings(
  settings: Settings,
  change: (changed: Partial<Settings>) => void,
  closed: () => void,
): void {
  const dialog = part<HTMLDialogElement>("settings");
  dialog.replaceChildren(
    make("h2", { id: "settings-title", textContent: "Settings" }),
    make("form", { method: "dialog" }, [
      ...choices(settings, change),
      make(
        "dl",
        {},
        PAGE_KEYS.flatMap(([key, what]) => [
          make("dt", { textContent: key }),
          make("dd", { textContent: what }),
        ]),
      ),
      make("div", { className: "row" }, [make("button", { className: "primary", textContent: "Done" })]),
    ]),
  );
  dialog.onclose = closed;
  dialog.showModal();
}

function choices(settings: Settings, change: (changed: Partial<Settings>) => void): HTMLElement[] {
  const themes = Object.fromEntries(Object.entries(THEMES).map(([key, theme]) => [key, theme.name]));
  const letters = make("input", {
    type: "number",
    min: String(FONT_SIZES.least),
    max: String(FONT_SIZES.most),
    value: String(settings.fontSize),
    onchange: () => letters.checkValidity() && change({ fontSize: Number(letters.value) }),
  });
  const name = make("input", {
    value: settings.name,
    maxLength: 64,
    onchange: () => change({ name: name.value.trim() }),
  });
  const guesses = {
    adaptive: "When the connection is slow",
    always: "Always",
    never: "Never",
  };
  const aloud = "Read the screen aloud (screen reader mode)";
  const option = "Option is the Meta key (types no letters such as @ and ~)";
  return [
    choice("Colours", settings.theme, { system: "As the system has it", ...themes }, (theme) => {
      change({ theme });
    }),
    make("label", {}, ["Size of letters", letters]),
    choice("Show keys before the host answers", settings.predict, guesses, (predict) => {
      change({ predict: predict as Settings["predict"] });
    }),
    make("label", {}, ["Your name (for the next join)", name]),
    tick(aloud, settings.screenReader, (screenReader) => change({ screenReader })),
    ...(isApple() ? [tick(option, settings.optionIsMeta, (optionIsMeta) => change({ optionIsMeta }))] : []),
  ];
}

function choice(
  label: string,
  value: string,
  options: Readonly<Record<string, string>>,
  take: (value: string) => void,
): HTMLElement {
  const select = make(
    "select",
    { onchange: () => take(select.value) },
    Object.entries(options).map(([key, text]) =>
      make("option", { value: key, textContent: text, selected: key === value })
    ),
  );
  return make("label", {}, [label, select]);
}

function tick(label: string, checked: boolean, take: (checked: boolean) => void): HTMLElement {
  const box = make("input", { type: "checkbox", checked, onchange: () => take(box.checked) });
  return make("label", { className: "check" }, [box, label]);
}
