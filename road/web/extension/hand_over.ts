/** Brings a port from a document of this extension to the one that holds the session, by way of the service worker: it alone sees all of them. */
import { type ChromePort, isRequest, OFFSCREEN, PREFIX, type Request } from "./chrome_api.ts";
import { documentPort } from "./document_port.ts";
import { hold } from "./held_name.ts";

/** What of a service worker's global is used here (https://w3c.github.io/ServiceWorker/). */
interface WorkerScope {
  readonly clients: {
    matchAll(about: { readonly includeUncontrolled: boolean }): Promise<
      readonly { readonly url: string; postMessage(message: Request, transfer: Transferable[]): void }[]
    >;
  };
}

/** What a service worker is told; it goes on until what was given to `waitUntil` has settled. */
export interface WorkerMessage extends MessageEvent {
  waitUntil(work: Promise<void>): void;
}

const asks = (id: string) => `${id}/asks`;
const has = (id: string) => `${id}/has`;

/**
 * In a document: a port to the program `program` of the session; it settles when the session's document has it.
 * @throws what `late` is aborted with before that
 */
export async function askForPort(program: string, late: AbortSignal): Promise<ChromePort> {
  const { port1, port2 } = new MessageChannel();
  const id = crypto.randomUUID();
  const release = await hold(asks(id));
  try {
    late.throwIfAborted();
    await new Promise((resolve, reject) => {
      late.addEventListener("abort", () => reject(late.reason));
      port1.onmessage = resolve;
      navigator.serviceWorker.ready.then(({ active }) => {
        active!.postMessage({ beach: "port", program, id } satisfies Request, [port2]);
      });
    });
  } catch (error) {
    release();
    throw error;
  }
  return documentPort(PREFIX + program, port1, { theirs: has(id), release });
}

/** In the service worker: passes such a port on. */
export function passOn(event: WorkerMessage): void {
  const { data, ports } = event;
  if (!isRequest(data) || data.beach !== "port") return;
  event.waitUntil((async () => {
    const { clients } = globalThis as unknown as WorkerScope;
    const all = await clients.matchAll({ includeUncontrolled: true });
    all.find(({ url }) => new URL(url).pathname === `/${OFFSCREEN}`)?.postMessage(data, [...ports]);
  })());
}

/** In the session's document: gives each such port to `serve`, with the name of its program. */
export function takePorts(serve: (port: ChromePort, program: string) => void): void {
  navigator.serviceWorker.onmessage = async ({ data, ports: [port] }) => {
    if (!port || !isRequest(data) || data.beach !== "port") return;
    const { id, program } = data;
    const release = await hold(has(id));
    port.postMessage(null);
    serve(documentPort(PREFIX + program, port, { theirs: asks(id), release }), program);
  };
}
