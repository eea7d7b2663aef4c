/** One question at a time, in a dialog that the keyboard can answer. */
import { make } from "./elements.ts";

export interface Question {
  readonly title: string;
  readonly text: string;
  /** The subject of the question, shown unchanged. */
  readonly detail?: string;
  readonly yes: string;
  readonly no: string;
}

/** The question that is not answered yet. */
let asked: HTMLDialogElement | undefined;

/**
 * Settles with true for yes; Escape means no, and so does a newer question. Each question has its own dialog: browsers report a closed
 * dialog a moment later, and the next question must not take that as its own answer.
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
