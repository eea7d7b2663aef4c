/** A button with a list of things to do. */
import { make } from "../../dom/elements.ts";
import { icon, type IconName } from "./icons.ts";

export interface MenuItem {
  readonly label: string;
  /** Absent: it can't be done now. */
  readonly act?: () => void;
  /** Of one that is on or off. */
  readonly on?: boolean;
}

/** A menu; what is in it is asked for when it opens. */
export class Menu {
  readonly element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #list = make("div", { className: "menu", hidden: true });

  /** @param closed is called when something was chosen */
  constructor(name: string, picture: IconName, items: () => readonly MenuItem[], closed: () => void) {
    this.#list.setAttribute("role", "menu");
    this.#list.ariaLabel = name;
    this.#button = make("button", {
      type: "button",
      title: name,
      ariaLabel: name,
      ariaHasPopup: "menu",
      ariaExpanded: "false",
      onclick: () => this.#list.hidden ? this.#open(items(), closed) : this.#close(),
    }, [icon(picture)]);
    this.element = make("div", { className: "with-menu" }, [this.#button, this.#list]);
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.element.contains(relatedTarget as Node | null)) this.#close();
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #open(items: readonly MenuItem[], closed: () => void): void {
    this.#list.replaceChildren(...items.map(({ label, act, on }) => {
      const item = make("button", {
        type: "button",
        textContent: label,
        disabled: act === undefined,
        onclick: () => {
          this.#close();
          act?.();
          closed();
        },
      });
      item.setAttribute("role", on === undefined ? "menuitem" : "menuitemcheckbox");
      if (on !== undefined) item.ariaChecked = String(on);
      return item;
    }));
    this.#list.hidden = false;
    this.#button.ariaExpanded = "true";
    // Into the window, where the button is at its edge.
    this.#list.style.translate = "";
    const { left, right } = this.#list.getBoundingClientRect();
    const over = Math.max(0, right - innerWidth + 8) || Math.min(0, left - 8);
    if (over !== 0) this.#list.style.translate = `${-over}px`;
    this.#list.querySelector<HTMLElement>("button:enabled")?.focus();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#button.ariaExpanded = "false";
  }

  #key(event: KeyboardEvent): void {
    if (this.#list.hidden) return;
    const items = [...this.#list.querySelectorAll<HTMLElement>("button:enabled")];
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length]?.focus();
    } else if (event.key === "Escape") {
      this.#close();
      this.#button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
