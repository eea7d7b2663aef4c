/** The forwards of one viewer: those of `-L`, and what its person adds and ends while the session is shown. */
import { isLoopback, targetText } from "../../session/services/forward_target.ts";
import type { OpenStream } from "../../session/services/service_stream.ts";
import { sizeText } from "../../session/services/size_text.ts";
import type { Forward } from "../options/service_values.ts";
import { ForwardListener } from "../services/forward_listener.ts";

/** Ports that one viewer may listen on. */
const MAX_FORWARDS = 64;

/** One forward in a list: both are short enough for a window of 40 columns, with usual names. */
export interface ForwardLine {
  /** From where to where, such as `127.0.0.1:8080 → localhost:5173`. */
  readonly way: string;
  /** Connections, and what went through. */
  readonly use: string;
}

/** The ports that listen here for one session. */
export class Forwards implements AsyncDisposable {
  readonly #all: ForwardListener[] = [];

  /** @param fault is told in one line why a connection did not come about */
  constructor(private readonly open: OpenStream, private readonly fault: (words: string) => void) {}

  /**
   * Listens.
   * @returns what is forwarded now, in one line
   * @throws {Failure} if the port can't be had
   */
  add(forward: Forward): string {
    if (this.#all.length >= MAX_FORWARDS) return `${MAX_FORWARDS} ports are forwarded already`;
    const listener = ForwardListener.listen(forward, this.open, this.fault);
    this.#all.push(listener);
    return `${ends(listener).join(" goes to ")} at the host`;
  }

  /** What is listed of each, the newest last. */
  get lines(): readonly ForwardLine[] {
    return this.#all.map(lineOf);
  }

  /** Whether one of them goes to `port` of the host's own machine. */
  leadsTo(port: number): boolean {
    return this.#all.some(({ forward: { target } }) => target.port === port && isLoopback(target.host));
  }

  /** Ends the one at `index` of {@link lines}, with its connections. */
  async end(index: number): Promise<void> {
    const [listener] = this.#all.splice(index, 1);
    await listener?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.splice(0).map((listener) => listener[Symbol.asyncDispose]()));
  }
}

function ends({ forward: { bind, target }, port }: ForwardListener): readonly [here: string, there: string] {
  return [targetText({ host: bind, port }), targetText(target)];
}

function lineOf(listener: ForwardListener): ForwardLine {
  const { connections, carried: { sent, received } } = listener;
  const used = sent + received > 0 ? `, ${sizeText(sent)} there, ${sizeText(received)} back` : "";
  return { way: ends(listener).join(" → "), use: `${connections} open${used}` };
}
