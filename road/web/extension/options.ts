/** Takes the link from the person. */
import { chrome, LINK, type State } from "./chrome_api.ts";

const field = document.querySelector<HTMLInputElement>("#link")!;
const state = document.querySelector("#state")!;

document.querySelector("#form")!.addEventListener("submit", (event) => {
  event.preventDefault();
  void connect(field.value.trim());
});
document.querySelector("#forget")!.addEventListener("click", () => void forget());

async function connect(link: string): Promise<void> {
  state.textContent = "Connecting …";
  await chrome.storage.session.set({ [LINK]: link });
  const { connected, why } = await chrome.runtime.sendMessage({ beach: "ensure" }) as State;
  field.value = "";
  state.textContent = connected ? "Connected" : `Not connected: ${why}. Native messaging is used instead.`;
}

async function forget(): Promise<void> {
  await chrome.storage.session.remove(LINK);
  if (await chrome.offscreen.hasDocument()) await chrome.offscreen.closeDocument();
  state.textContent = "Forgotten. Native messaging is used.";
}
