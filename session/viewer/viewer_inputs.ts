/** All that a viewer does at its host: what it types into the terminal, and what it does with the desktop. Both go on from link to link. */
import type { Counters } from "../sync/counters.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { DesktopInput } from "./desktop_input.ts";
import { InputSender } from "./input_sender.ts";

/** The inputs of one viewer. */
export class ViewerInputs {
  readonly keyboard: InputSender;
  readonly desktop: DesktopInput;

  /** @param counters of what is typed into the terminal */
  constructor(counters: Counters, changed: () => void) {
    this.keyboard = new InputSender(counters, (base, data) => ({ type: "Input", base, data }));
    this.desktop = new DesktopInput(changed);
  }

  /** The host, which has applied all that was typed below `have`, uses `conversation`, and shares what these `features` name. */
  goOn(have: number, conversation: LinkProtocol, features: ReadonlySet<string>): void {
    this.keyboard.goOn(have, conversation);
    this.desktop.goOn(conversation, features.has("desktop"));
  }

  /** Anything was heard from the host. */
  heard(): void {
    this.keyboard.heard();
    this.desktop.heard();
  }

  /** Sends what is due. */
  flush(conversation: LinkProtocol, now: number): void {
    this.keyboard.flush(conversation, now);
    this.desktop.flush(conversation, now);
  }

  /** When {@link flush} is next due; the clock's ms. */
  due(now: number): number {
    return Math.min(this.keyboard.due(now), this.desktop.due(now));
  }
}
