/** Messages where people look, in the terminal: that the host is silent, and that a session is over. */
import { SAID, shownText } from "../../../session/vt/shown_text.ts";
import type { Ended } from "../embed/join_types.ts";
import { part } from "../dom/elements.ts";
import { sentence } from "../dom/format.ts";

/** Null: all is well. */
export function showQuiet(words: string | null): void {
  part("lost").hidden = words === null;
  if (words !== null) part("lost-text").textContent = sentence(words);
}

/** @param again joins anew */
export function showEnd(ended: Ended, again: () => void): void {
  const { kind, what, hint } = describe(ended);
  part("over-kind").textContent = kind;
  part("over-kind").dataset.kind = kind;
  part("over-what").textContent = what;
  part("over-hint").textContent = hint;
  const button = part("over-again");
  button.hidden = ended.kind === "exited";
  button.onclick = again;
  const look = part("over-look");
  look.onclick = () => part("over").hidden = true;
  part("over").hidden = false;
  // The message stays in the bar while the screen is looked at.
  const chip = part("role");
  chip.hidden = false;
  Object.assign(chip, { textContent: kind.toLowerCase(), title: what });
  chip.dataset.kind = kind;
  delete chip.dataset.role;
  document.title = `${kind}: ${part("title").textContent}`;
  (button.hidden ? look : button).focus();
}

function describe(
  ended: Ended,
): { readonly kind: "Ended" | "Lost"; readonly what: string; readonly hint: string } {
  switch (ended.kind) {
    case "exited": {
      const how = ended.signal === 0 ? `with exit status ${ended.code}` : `by signal ${ended.signal}`;
      return { kind: "Ended", what: "The command has ended", hint: how };
    }
    case "ended":
      return {
        kind: "Ended",
        what: "The session is over",
        hint: sentence(shownText(ended.why, SAID) || "no reason was given"),
      };
    case "lost": {
      const [what, ...why] = ended.why.split(": ");
      return { kind: "Lost", what: what!, hint: `${sentence(why.join(": "))} Ask for a new link.` };
    }
    case "left":
      return { kind: "Ended", what: "You left the session", hint: "" };
  }
}
