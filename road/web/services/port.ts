/** A native program behind the shape of `chrome.runtime.Port`, so that code for the one works with the other. */
import type { NativePort, RequestClient } from "../../../session/services/request_client.ts";
import { serviceError } from "../../../session/streams/service_error.ts";
import { Listeners } from "./listeners.ts";
import type { Port } from "./service_types.ts";

/** Starts the program `name`. A fault of its start shows as `onDisconnect`, later than this turn. */
export function openPort(client: RequestClient, name: string): Port {
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
      // The other way says why it is over; what JSON has no form for is thrown here, as Chrome does.
      native?.send(message).catch(() => {});
    },
    disconnect() {
      over = true;
      native?.close();
    },
    onMessage: messages,
    onDisconnect: disconnects,
    get error() {
      return error;
    },
  };
  let native: NativePort | undefined;
  try {
    native = client.connect(name);
  } catch (fault) {
    queueMicrotask(() => end(fault));
    return port;
  }
  const { messages: said } = native;
  void (async () => {
    try {
      for await (const message of said) {
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
