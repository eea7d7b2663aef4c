/** The document without a window that holds the session: a service worker has no WebRTC, and ends when it is idle. */
import { join } from "../embed/beach.ts";
import type { BeachSession } from "../embed/join_types.ts";
import { chrome, isRequest, PREFIX, type State } from "./chrome_api.ts";

let link: string | undefined;
let session: Promise<BeachSession> | undefined;

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (!isRequest(message) || message.beach !== "join") return;
  sessionOf(message.link).then(
    () => answer({ connected: true } satisfies State),
    (error) => answer({ connected: false, why: String(error?.message ?? error) } satisfies State),
  );
  return true;
});

chrome.runtime.onConnect.addListener((port) => {
  if (!port.name.startsWith(PREFIX)) return;
  const waiting: unknown[] = [];
  let send = (message: unknown): void => void waiting.push(message);
  port.onMessage.addListener((message) => send(message));
  if (!session) return port.disconnect();
  session.then((session) => {
    const program = session.connect(port.name.slice(PREFIX.length));
    program.onMessage.addListener((message) => port.postMessage(message));
    program.onDisconnect.addListener(() => port.disconnect());
    port.onDisconnect.addListener(() => program.disconnect());
    send = (message) => program.postMessage(message);
    for (const message of waiting.splice(0)) send(message);
  }, () => port.disconnect());
});

/** The session of this link: the one that there is, or another. */
function sessionOf(wanted: string): Promise<BeachSession> {
  if (session && link === wanted) return session;
  void session?.then((old) => old.close(), () => {});
  link = wanted;
  const joining = join(wanted, { name: "extension" });
  session = joining;
  const forget = () => {
    if (session === joining) session = undefined;
  };
  joining.then((joined) => joined.closed.then(forget), forget);
  return joining;
}
