/** Ports of the host's machine that its terminal spoke of: a chip each, which copies the command that brings it here. */
import { make, part } from "../dom/elements.ts";
import { toast } from "../dom/toasts.ts";
import { shellWord } from "../../../session/vt/shell_word.ts";
import { copy } from "../terminal/clipboard.ts";

/** Chips at once, the newest ones: there is other text in the bar. */
const MOST = 3;

/** @param url what was joined by: a URL, or a code of this page's road */
export function offerPort(port: number, url: string): void {
  const command = forwardCommand(port, url, location.origin);
  const chip = make("button", {
    type: "button",
    className: "chip",
    textContent: `localhost:${port}`,
    title: `The host's machine has localhost:${port}. Copy the command that brings it here`,
    onclick: async () => {
      toast(await copy(command) ? `Copied: run it to have localhost:${port} here.` : command);
    },
  });
  part("offers").append(chip);
  while (part("offers").childElementCount > MOST) part("offers").firstElementChild!.remove();
}

/** The command that forwards `port` of the host to the same here; `road` is where a code without an address leads. */
export function forwardCommand(port: number, url: string, road: string): string {
  const at = URL.canParse(url) || url.includes("@") ? [] : ["--road", road];
  return ["beach", "join", "-N", "-L", `${port}:localhost:${port}`, ...at, shellWord(url)].join(" ");
}
