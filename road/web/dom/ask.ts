/** One question at a time, in a dialog that the keyboard can answer. */
import { make } from "./elements.ts";

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What it is about, shown as it is. */
  readonly detail?: string;
  readonly yes: string;
  readonly no: string;
}

/** The question that nobody has answered yet. */
let asked: HTMLDialogElement | undefined;

/**
 * Settles with true for yes; Escape is no, and so is a newer question. Each question has a dialog of its own: browsers tell of a
 * close a moment later, and the next question must not take that for its own answer.
 */
export function ask({ title, text, detail, yes, no }: Question): Promise<boolean> {
  asked?.close("no");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const button = (label: string, value: string, className: string) =>
    make("button", { type: "button", className, textContent: label, onclick: () => dialog.close(value) });
  const sure = button(yes, "yes", "primary");
  const dialog = make("dialog", {
    ariaLabel: title,
    onclose: () => {
      dialog.remove();
      if (asked === dialog) asked = undefined;
      resolve(dialog.returnValue === "yes");
    },
  }, [
    make("h2", { textContent: title }),
    make("p", { textContent: text }),
    ...(detail === undefined ? [] : [make("pre", { textContent: detail, tabIndex: 0 })]),
    make("div", { className: "row" }, [button(no, "no", "plain"), sure]),
  ]);
  asked = dialog;
  document.body.append(dialog);
  dialog.showModal();
  sure.focus();
  return promise;
}
