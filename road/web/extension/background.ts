/** The service worker: it may be ended at any time, so it holds nothing but the way to the document that does. */
import { chrome, isRequest, LINK, type State } from "./chrome_api.ts";

let opening: Promise<void> | undefined;

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (!isRequest(message) || message.beach !== "ensure") return;
  ensure().then(answer, (error) => answer({ connected: false, why: String(error) } satisfies State));
  // The answer comes later.
  return true;
});

async function ensure(): Promise<State> {
  const { [LINK]: link } = await chrome.storage.session.get(LINK);
  if (typeof link !== "string") return { connected: false, why: "No link was given" };
  await (opening ??= open().finally(() => opening = undefined));
  return await chrome.runtime.sendMessage({ beach: "join", link }) as State;
}

/** Chrome allows one such document, and throws for a second. */
async function open(): Promise<void> {
  if (await chrome.offscreen.hasDocument()) return;
  await chrome.offscreen.createDocument({
    url: "offscreen.html",
    reasons: ["WEB_RTC"],
    justification: "Holds the peer-to-peer connection to the machine that shares its programs",
  });
}
