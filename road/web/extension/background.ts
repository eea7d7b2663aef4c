/** The service worker: it may be ended at any time, so it holds nothing but the way to the document that does. */
import { chrome, isRequest, type State } from "./chrome_api.ts";
import { connect } from "./connect.ts";
import { ensure } from "./ensure.ts";
import { passOn, type WorkerMessage } from "./hand_over.ts";

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (!isRequest(message) || message.beach !== "ensure") return;
  ensure(message.program).then(answer, (error) => {
    answer({ connected: false, why: String(error?.message ?? error) } satisfies State);
  });
  // The answer comes later.
  return true;
});

addEventListener("message", (event) => passOn(event as WorkerMessage));

// An extension's own code would be here; this one offers the call to the worker's console.
Object.assign(globalThis, { connect });
