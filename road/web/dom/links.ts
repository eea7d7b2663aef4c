/** Links in the terminal: the program that prints a link chooses its target, so the person sees the target first. */
import { shownText } from "../../../session/vt/shown_text.ts";
import { ask } from "./ask.ts";

/** The longest address in a question, in characters. */
const SHOWN = 500;

/** Asks, then opens a new tab without access to this page. Opens only addresses of the web. */
export async function openLink(address: string): Promise<void> {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return;
  const { href, host } = new URL(address);
  const sure = await ask({
    title: `Open ${shownText(host, 80)}?`,
    text: "The terminal shows a link to this address. It opens in a new tab.",
    detail: shownText(href, SHOWN),
    yes: "Open",
    no: "Cancel",
  });
  if (sure) open(href, "_blank", "noopener,noreferrer");
}
