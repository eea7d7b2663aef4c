/** Links in the terminal: whoever prints there chose where they lead, so a person sees that first. */
import { shownText } from "../../../session/vt/shown_text.ts";
import { ask } from "./ask.ts";

/** What a question shows of an address; characters. */
const SHOWN = 500;

/** Asks, then opens a new tab that knows nothing of this page. An address that is not of the web is not opened. */
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
