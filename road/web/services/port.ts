/** A native program behind the shape of `chrome.runtime.Port`, so that code for the one works with the other. */
import type { RequestClient } from "../../../session/services/request_client.ts";
import { serviceError } from "../../../session/streams/service_error.ts";
import { Listeners } from "./listeners.ts";
import type { Port } from "./service_types.ts";

/** Starts the program `name`. A fault of its start shows as `onDisconnect`. */
export function openPort(client: RequestClient, name: string): Port {
  const native = client.connect(name);
  const messages = new Listeners<(message: unknown, port: Port) => void>();
  const disconnects = new Listeners<(port: Port) => void>();
  let over = false;
  let error: Port["error"];
  const end = (fault?: unknown) => {
    if (over) return;
    over = true;
    if (fault !== undefined) {
      const { code, message } = serviceError(fault);
      error = { code, message };
    }
    disconnects.call((listener) => listener(port));
  };
  const port: Port = {
    name,
    postMessage(message) {
      if (over) throw new Error("Attempting to use a disconnected port object");
      // The other way says why it is over.
      native.send(message).catch(() => {});
    },
    disconnect() {
      over = true;
      native.close();
    },
    onMessage: messages,
    onDisconnect: disconnects,
    get error() {
      return error;
    },
  };
  void (async () => {
    try {
      for await (const message of native.messages) {
        if (over) return;
        messages.call((listener) => listener(message, port));
      }
      end();
    } catch (fault) {
      end(fault);
    }
  })();
  return port;
}
