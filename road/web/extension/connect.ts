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

/** A session takes a second or two to come about on a bad network; who has no host should not wait for longer. ms. */
const PATIENCE = 5000;

/** Through Beach if a session is there or can be joined, and offers a program of this name; else native messaging. */
export async function connect(program: string): Promise<ChromePort> {
  return (await connected(program))
    ? chrome.runtime.connect({ name: PREFIX + program })
    : chrome.runtime.connectNative(program);
}

/** Whether `program` can be reached through Beach now. */
async function connected(program: string): Promise<boolean> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), PATIENCE);
  try {
    // A message does not reach its own sender: the worker asks itself.
    const asked = "document" in globalThis
      ? chrome.runtime.sendMessage({ beach: "ensure", program }) as Promise<State | undefined>
      : ensure(program);
    return (await Promise.race([asked, late.promise]))?.connected === true;
  } catch {
    // Nobody answers: the extension is being replaced.
    return false;
  } finally {
    clearTimeout(timer);
  }
}
