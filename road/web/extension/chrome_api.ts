/** What this extension uses of Chrome's interface (https://developer.chrome.com/docs/extensions/reference/api). */
import type { Port } from "../services/service_types.ts";

/** A port of Chrome's own; `error` is ours alone. */
export type ChromePort = Omit<Port, "error">;

interface Chrome {
  readonly runtime: {
    connect(about: { readonly name: string }): ChromePort;
    connectNative(application: string): ChromePort;
    sendMessage(message: unknown): Promise<unknown>;
    readonly lastError?: { readonly message?: string };
    readonly onConnect: { addListener(listener: (port: ChromePort) => void): void };
    readonly onMessage: {
      addListener(
        listener: (message: unknown, sender: unknown, answer: (value: unknown) => void) => boolean | void,
      ): void;
    };
  };
  readonly offscreen: {
    createDocument(
      about: { readonly url: string; readonly reasons: readonly string[]; readonly justification: string },
    ): Promise<void>;
    hasDocument(): Promise<boolean>;
    closeDocument(): Promise<void>;
  };
  readonly storage: {
    /** In memory, until the browser ends. */
    readonly session: {
      get(key: string): Promise<Readonly<Record<string, unknown>>>;
      set(values: Readonly<Record<string, unknown>>): Promise<void>;
      remove(key: string): Promise<void>;
    };
  };
}

export const { chrome } = globalThis as unknown as { readonly chrome: Chrome };

/** Where the link is kept: it holds a secret, so never on the disk. */
export const LINK = "link";
/** The page of the document that holds the session. */
export const OFFSCREEN = "offscreen.html";
/** Ports to the session are called this and the program's name. */
export const PREFIX = "beach:";

/** What the parts of this extension say to each other. */
export type Request =
  /** To the service worker: have the session, if there can be one, and look for the program there. The answer: {@link State}. */
  | { readonly beach: "ensure"; readonly program?: string }
  /** To the document that holds the session: join by this link, if it is another. The answer: {@link State}. */
  | { readonly beach: "join"; readonly link: string; readonly program?: string }
  /** With a `MessagePort`, to the service worker and from there to the document that holds the session: the port is spoken on with the program. `id` names both ends. */
  | { readonly beach: "port"; readonly program: string; readonly id: string };

export interface State {
  readonly connected: boolean;
  /** Why not, for a person. */
  readonly why?: string;
}

/** Whether `message` is one of ours. */
export function isRequest(message: unknown): message is Request {
  const kind = (message as { readonly beach?: unknown } | null)?.beach;
  return kind === "ensure" || kind === "join" || kind === "port";
}
