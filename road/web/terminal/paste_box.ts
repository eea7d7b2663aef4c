/** A box to paste into, where a page may not read the clipboard by itself: over plain http, or when the person said no. */
import { make } from "../dom/elements.ts";

/** Settles with the text; undefined: the person gave it up. */
export function askForPaste(): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const box = make("textarea", { id: "paste-box", rows: 5, spellcheck: false, autocapitalize: "none" });
  const button = (label: string, value: string, className: string) =>
    make("button", { type: "button", className, textContent: label, onclick: () => dialog.close(value) });
  const dialog = make("dialog", {
    ariaLabel: "Paste",
    onclose: () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" && box.value !== "" ? box.value : undefined);
    },
  }, [
    make("h2", { textContent: "Paste" }),
    make("label", {}, ["Put the text into this box, then type it into the terminal.", box]),
    make("div", { className: "row" }, [button("Cancel", "no", "plain"), button("Type it", "yes", "primary")]),
  ]);
  document.body.append(dialog);
  dialog.showModal();
  box.focus();
  return promise;
}
