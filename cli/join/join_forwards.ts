/** The forwards of a viewer that shows the session: those of `-L`, faults in one quiet line, and ports of the host that its terminal speaks of. */
import type { OpenStream } from "../../session/services/service_stream.ts";
import type { Forward } from "../options/service_values.ts";
import { escapeName } from "../terminal/key_press.ts";
import { ForwardPanel } from "./forward_panel.ts";
import { Forwards } from "./forwards.ts";
import type { ViewerBar } from "./viewer_bar.ts";
import type { ViewerTerminal } from "./viewer_terminal.ts";

/** Ports that are over there and kept to be brought here. */
const MAX_OFFERED = 8;

export interface JoinForwardsOptions {
  readonly open: OpenStream;
  readonly bar: ViewerBar;
  readonly terminal: ViewerTerminal;
  /** The byte that the escape key sends, or null for none. */
  readonly escape: number | null;
}

/** The forwards of one joined session that is shown. */
export class JoinForwards implements AsyncDisposable {
  readonly #all: Forwards;
  readonly #offered = new Set<number>();

  constructor(private readonly options: JoinForwardsOptions) {
    this.#all = new Forwards(options.open, (words) => options.bar.say(words));
  }

  /**
   * Listens for each of `forwards`; what connects before the session is there waits for it.
   * @throws {Failure} if a port can't be had
   */
  listen(forwards: readonly Forward[]): void {
    for (const forward of forwards) this.#all.add(forward);
  }

  /** Something listens on this port of the host's machine. */
  offered(port: number): void {
    this.#offered.delete(port);
    this.#offered.add(port);
    if (this.#offered.size > MAX_OFFERED) this.#offered.delete(this.#offered.values().next().value!);
    if (!this.#waiting.includes(port)) return;
    const { escape, bar } = this.options;
    const how = escape === null
      ? `join with -L ${port}:localhost:${port} to have it here`
      : `${escapeName(escape)} f brings it here`;
    bar.say(`localhost:${port} is over there: ${how}`);
  }

  /** Shows them over the screen. */
  show(): void {
    const { terminal, bar } = this.options;
    bar.clear();
    terminal.showPanel(new ForwardPanel(this.#all, () => this.#waiting, () => terminal.panelChanged()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#all[Symbol.asyncDispose]();
  }

  /** Those that were offered and are not here. */
  get #waiting(): readonly number[] {
    return [...this.#offered].filter((port) => !this.#all.leadsTo(port));
  }
}
