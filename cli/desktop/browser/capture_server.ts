/** Serves the page that captures, to this machine alone, and talks with the one that is open. */
import { capturePage, type PageMessage } from "./capture_page.ts";

/** Bytes of the path's random part: nobody guesses it. */
const TOKEN = 16;
/** The longest message of a page: an answer with many candidates; characters. */
const MAX_MESSAGE = 64 * 1024;

export interface CaptureServerEvents {
  readonly message: (message: PageMessage) => void;
  /** The page is there, or gone. */
  readonly open: (open: boolean) => void;
}

/** A page's server. */
export class CaptureServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #path = `/${crypto.getRandomValues(new Uint8Array(TOKEN)).toHex()}/`;
  #socket: WebSocket | undefined;

  /** @param sound whether what is captured may be heard too */
  constructor(private readonly sound: boolean, private readonly events: CaptureServerEvents) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#serve(request),
    );
  }

  /** Where the page is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}${this.#path}`;
  }

  /** False if no page is open. */
  say(message: PageMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.close();
    await this.#server.shutdown();
  }

  #serve(request: Request): Response {
    const { pathname, host } = new URL(request.url);
    // A name that a stranger's server points here would let its pages ask.
    const ours = host === `127.0.0.1:${this.#server.addr.port}`;
    if (!ours || !pathname.startsWith(this.#path)) return new Response("not found", { status: 404 });
    if (pathname === `${this.#path}socket`) return this.#upgrade(request);
    const nonce = crypto.randomUUID();
    return new Response(capturePage(this.sound, nonce), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "content-security-policy":
          `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; media-src blob:; frame-ancestors 'none'`,
      },
    });
  }

  #upgrade(request: Request): Response {
    if (request.headers.get("origin") !== new URL(this.url).origin) {
      return new Response("no", { status: 403 });
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      // The newest page counts.
      this.#socket?.close();
      this.#socket = socket;
      this.events.open(true);
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#heard(data);
    };
    socket.onclose = socket.onerror = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.events.open(false);
    };
    return response;
  }

  #heard(data: unknown): void {
    if (typeof data !== "string" || data.length > MAX_MESSAGE) return;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (typeof message === "object" && message !== null) this.events.message(message);
  }
}
