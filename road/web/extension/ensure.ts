/** Has the session: for the service worker, which owns the document that holds it. */
import { chrome, LINK, OFFSCREEN, type State } from "./chrome_api.ts";

let opening: Promise<void> | undefined;

/** Whether `program` can be reached through Beach; without one, whether there is a session. Joins if there is none. */
export async function ensure(program?: string): Promise<State> {
  const { [LINK]: link } = await chrome.storage.session.get(LINK);
  if (typeof link !== "string") return { connected: false, why: "No link was given" };
  await (opening ??= open().finally(() => opening = undefined));
  return await chrome.runtime.sendMessage({ beach: "join", link, program }) as State;
}

/** Chrome allows one such document, and throws for a second. */
async function open(): Promise<void> {
  if (await chrome.offscreen.hasDocument()) return;
  await chrome.offscreen.createDocument({
    url: OFFSCREEN,
    reasons: ["WEB_RTC"],
    justification: "Holds the peer-to-peer connection to the machine that shares its programs",
  });
}
