/** One question at a time, in a dialog that the keyboard can answer. */
import { make, part } from "./page.ts";

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What it is about, shown as it is. */
  readonly detail?: string;
  readonly yes: string;
  readonly no: string;
}

/** Settles with true for yes; Escape is no. */
export function ask({ title, text, detail, yes, no }: Question): Promise<boolean> {
  const dialog = part<HTMLDialogElement>("ask");
  // A newer question takes the place of one that nobody answered.
  if (dialog.open) dialog.close("no");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const button = (label: string, value: string, className: string) =>
    make("button", { type: "button", className, textContent: label, onclick: () => dialog.close(value) });
  dialog.replaceChildren(
    make("h2", { id: "ask-title", textContent: title }),
    make("p", { textContent: text }),
    ...(detail === undefined ? [] : [make("pre", { textContent: detail, tabIndex: 0 })]),
    make("div", { className: "row" }, [button(no, "no", "plain"), button(yes, "yes", "primary")]),
  );
  dialog.returnValue = "no";
  dialog.onclose = () => resolve(dialog.returnValue === "yes");
  dialog.showModal();
  dialog.querySelector<HTMLElement>(".primary")?.focus();
  return promise;
}
