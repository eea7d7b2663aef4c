/** Notices at the bottom of the page: few at a time, however many come. */
import { make, part } from "./elements.ts";

/** More would hide the terminal. */
const MOST = 3;
/** How long a notice without a question stays, in ms. */
const STAY = 5000;
/** The shortest time between two updates of a counting notice, in ms: a screen reader announces each. */
const REWRITE = 500;

interface Toast {
  readonly about: string;
  readonly line: HTMLElement;
  readonly text: HTMLElement;
  readonly question: boolean;
  words: string;
  count: number;
  gone?: ReturnType<typeof setTimeout>;
  rewriting?: ReturnType<typeof setTimeout>;
}

/** From the oldest to the newest. */
let shown: Toast[] = [];

/**
 * Shows a notice for a few seconds, or, with actions, until one is chosen. Notices `about` the same thing (by default, with the same words)
 * share one, which has the newest words and their number. If there are three already, the oldest without a question is removed; if all have
 * questions, the notice is not shown.
 */
export function toast(
  words: string,
  actions: Readonly<Record<string, () => void>> = {},
  about: string = words,
): void {
  const same = shown.find((other) => other.about === about && !other.question);
  if (same) return again(same, words);
  if (shown.length >= MOST) {
    const oldest = shown.find(({ question }) => !question);
    if (!oldest) return;
    remove(oldest);
  }
  const question = Object.keys(actions).length > 0;
  const text = make("span", { textContent: words });
  const line = make("div", { className: "toast" }, [text]);
  const made: Toast = { about, line, text, question, words, count: 1 };
  for (const [name, act] of Object.entries(actions)) {
    line.append(make("button", {
      type: "button",
      className: "plain",
      textContent: name,
      onclick: () => {
        remove(made);
        act();
      },
    }));
  }
  part("toasts").append(line);
  shown.push(made);
  if (!question) stay(made);
}

function again(toast: Toast, words: string): void {
  toast.words = words;
  toast.count++;
  stay(toast);
  toast.rewriting ??= setTimeout(() => {
    delete toast.rewriting;
    const count = (toast.count - (toast.words === toast.about ? 0 : 1)).toLocaleString("en");
    toast.text.textContent = `${toast.words} (${
      toast.words === toast.about ? `${count} times` : `and ${count} before it`
    })`;
  }, toast.count === 2 ? 0 : REWRITE);
}

function stay(toast: Toast): void {
  clearTimeout(toast.gone);
  toast.gone = setTimeout(() => remove(toast), STAY);
}

function remove(toast: Toast): void {
  clearTimeout(toast.gone);
  clearTimeout(toast.rewriting);
  toast.line.remove();
  shown = shown.filter((other) => other !== toast);
}
