/**
 * One viewer's input at its host, and what the viewer is told about it: how much the program has accepted, and of how much the output shows
 * the effect.
 */
import type { Events, Input, InputAck, Position } from "../../frames/input_frames.ts";
import type { Counters } from "../sync/counters.ts";
import type { DesktopReceiver } from "./desktop_receiver.ts";
import { EchoTracker } from "./echo_ack.ts";
import { InputReceiver, type TypedEvents } from "./input_receiver.ts";

/** The input of one viewer at the host. */
export class ViewerInput {
  readonly #receiver: InputReceiver;
  readonly #echo = new EchoTracker();

  /**
   * @param events where it goes, and who is told
   * @param desktop takes what is for the desktop
   * @param now the clock's ms
   * @param former what was applied of it before the viewer was forgotten, if it was here before
   */
  constructor(
    events: TypedEvents,
    private readonly desktop: DesktopReceiver,
    private readonly counters: Counters,
    now: () => number,
    former: number,
  ) {
    const taken = () => {
      this.#echo.typed(this.have, now());
      events.taken();
    };
    this.#receiver = new InputReceiver({
      mayType: () => events.mayType(),
      give: (bytes) => events.give(bytes),
      taken,
    }, former);
  }

  /** Input below this offset is or will be applied. */
  get applied(): number {
    return this.#receiver.received;
  }

  /** Everything below it was accepted by the program's terminal, or dropped. */
  get have(): number {
    return this.#receiver.have;
  }

  /** The viewer said from which offset it may send again: `input`. */
  resume(input: number): void {
    this.#receiver.resume(input);
  }

  accept(frame: Input | Events | Position): void {
    if (frame.type === "Input") this.counters.took(this.#receiver.accept(frame));
    else this.desktop.accept(frame);
  }

  /** The viewer has lost this: what came of it and waits is dropped. */
  lost(verb: "type" | "desktop"): void {
    if (verb === "type") this.#receiver.drop();
    else this.desktop.drop();
  }

  /** The acknowledgement that every packet to the viewer includes. */
  ack(now: number): InputAck {
    const { have, sack } = this.#receiver;
    return { type: "InputAck", have, effect: this.#echo.effect(now), sack };
  }

  /** Whether the output shows the effect of more input than before: the viewer's guesses wait for that, not for the next output. */
  showsMore(now: number): boolean {
    if (this.#echo.due() > now) return false;
    this.#echo.effect(now);
    return true;
  }

  /** When to read {@link showsMore} next. */
  get due(): number {
    return this.#echo.due();
  }
}
