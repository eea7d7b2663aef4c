/**
 * For the extension's own code, in its pages and in its service worker: one call, which gives a port to a program on the machine that shares it, or to the one that is installed here.
 *
 *     import { connect } from "./connect.js";
 *     const port = await connect("com.example.helper");
 *     port.onMessage.addListener((reply) => …);
 *     port.postMessage({ hello: "world" });
 */
import { chrome, type ChromePort, PREFIX, type State } from "./chrome_api.ts";
import { ensure } from "./ensure.ts";
import { askForPort } from "./hand_over.ts";

/** A session takes a second or two to come about on a bad network; who has no host should not wait for longer. ms. */
const PATIENCE = 5000;
const inDocument = "document" in globalThis;

/** Through Beach if a session is there or can be joined, and offers a program of this name; else native messaging. */
export async function connect(program: string): Promise<ChromePort> {
  try {
    return await throughBeach(program, AbortSignal.timeout(PATIENCE));
  } catch {
    return chrome.runtime.connectNative(program);
  }
}

/** Rejects if `program` can't be reached so, or when `late` is aborted. */
async function throughBeach(program: string, late: AbortSignal): Promise<ChromePort> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  late.addEventListener("abort", () => reject(late.reason));
  // A message does not reach its own sender: the worker asks itself.
  const asked = inDocument
    ? chrome.runtime.sendMessage({ beach: "ensure", program }) as Promise<State | undefined>
    : ensure(program);
  const state = await Promise.race([asked, over]);
  if (!state?.connected) throw new Error(state?.why ?? "nobody answers: the extension is being replaced");
  // A service worker is kept by the messages of Chrome's own ports, and by no others.
  return inDocument ? await askForPort(program, late) : chrome.runtime.connect({ name: PREFIX + program });
}
