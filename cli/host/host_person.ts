/** The person at the host: what is shown there, asked, and told, as far as there is one. */
import type { Log } from "../../transport/log.ts";
import { print } from "../terminal/print.ts";
import { type Asker, permissionQuestion, question, type Wished } from "./approval_prompt.ts";
import type { Permission } from "../services/permissions.ts";
import { HostScreen, type HostScreenOptions } from "./host_screen.ts";

/** Shows, asks and tells the person at the host, if there is one. */
export class HostPerson {
  #screen: HostScreen | undefined;
  /** For the end, when the terminal is the person's again. */
  #afterwards = "";

  /** @param headless nobody is here to be shown anything */
  constructor(private readonly headless: boolean, private readonly log: Log) {}

  /** Our own screen, once the session is on it. */
  get screen(): HostScreen | undefined {
    return this.#screen;
  }

  show(options: HostScreenOptions): HostScreen {
    return this.#screen = new HostScreen(options);
  }

  /** A line of warning; `first` goes before it where a narrow window may cut it. */
  say(words: string, first = ""): void {
    this.log("warn", words);
    this.#screen?.notice(first + words);
  }

  /** A fault of which the person may learn only at the end, having looked away for a moment. */
  fault(words: string): void {
    this.say(words);
    this.remember(words);
  }

  /** Says `words` once more at the end. */
  remember(words: string): void {
    if (!this.headless) this.#afterwards += `beach: ${words}\n`;
  }

  /** Says for a moment who came or went; null: only that somebody did, which a page that waits for it takes as its end. */
  passing(words: string | null): void {
    this.#screen?.passing(words);
  }

  /** Whether someone may join; a no when `gone` aborts. The screen is there by then. */
  async ask(asker: Asker, gone: AbortSignal): Promise<boolean> {
    const asked = { words: (room: number, key: string) => question(asker, room, key), always: false };
    return await this.#screen!.ask(asked, gone) === "yes";
  }

  /** Whether a viewer may do what it wants ({@link permissionQuestion}); nobody answers where no screen is. */
  async permit(wished: Wished, gone: AbortSignal): Promise<Permission> {
    if (!this.#screen) return "no";
    const words = (room: number, key: string) => permissionQuestion(wished, room, key);
    const answer = await this.#screen.ask({ words, always: true }, gone);
    return answer === "yes" ? "once" : answer;
  }

  /** Leaves the terminal as it was found. */
  async finish(): Promise<void> {
    await this.#screen?.close();
    await print(this.#afterwards, Deno.stderr);
  }
}
