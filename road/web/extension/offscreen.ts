/** The document without a window that holds the session: a service worker has no WebRTC, and ends when it is idle. */
import { join } from "../embed/beach.ts";
import type { BeachSession } from "../embed/join_types.ts";
import { chrome, type ChromePort, isRequest, PREFIX, type State } from "./chrome_api.ts";
import { takePorts } from "./hand_over.ts";

let link: string | undefined;
let session: Promise<BeachSession> | undefined;

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (!isRequest(message) || message.beach !== "join") return;
  reach(message.link, message.program).then(answer, (error) => {
    answer({ connected: false, why: String(error?.message ?? error) } satisfies State);
  });
  return true;
});

/** The host is asked each time: a session whose host has fallen silent is of no use. */
async function reach(link: string, program: string | undefined): Promise<State> {
  const offers = await (await sessionOf(link)).services();
  const there = offers.some(({ kind, name }) => kind === "native" && name === program);
  if (there || program === undefined) return { connected: true };
  return { connected: false, why: `The host offers no program ${program}` };
}

takePorts(serve);
chrome.runtime.onConnect.addListener((port) => {
  if (port.name.startsWith(PREFIX)) serve(port, port.name.slice(PREFIX.length));
});

/** Speaks on `port` with the program `name`; what comes before there is a session waits. */
function serve(port: ChromePort, name: string): void {
  if (!session) return port.disconnect();
  const waiting: unknown[] = [];
  let send = (message: unknown): void => void waiting.push(message);
  let gone = false;
  port.onMessage.addListener((message) => send(message));
  port.onDisconnect.addListener(() => gone = true);
  session.then((session) => {
    if (gone) return;
    const program = session.connect(name);
    program.onMessage.addListener((message) => port.postMessage(message));
    program.onDisconnect.addListener(() => port.disconnect());
    port.onDisconnect.addListener(() => program.disconnect());
    send = (message) => program.postMessage(message);
    for (const message of waiting.splice(0)) send(message);
  }, () => port.disconnect());
}

/** The session of this link: the one that there is, or another. */
function sessionOf(wanted: string): Promise<BeachSession> {
  if (session && link === wanted) return session;
  void session?.then((old) => old.close(), () => {});
  link = wanted;
  // Over HTTP a road lets any extension ask; sockets are for origins that it was told of.
  const joining = join(wanted, { name: "extension", signalling: "http" });
  session = joining;
  const forget = () => {
    if (session === joining) session = undefined;
  };
  joining.then((joined) => joined.closed.then(forget), forget);
  return joining;
}
