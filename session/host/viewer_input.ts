/** What one viewer types, at its host, and what it is told of that: how much the program has taken, and of how much the output shows the effect. */
import type { Input, InputAck } from "../../frames/input_frames.ts";
import type { Counters } from "../sync/counters.ts";
import { EchoTracker } from "./echo_ack.ts";
import { InputReceiver, type TypedEvents } from "./input_receiver.ts";

/** The input of one viewer at the host. */
export class ViewerInput {
  readonly #receiver: InputReceiver;
  readonly #echo = new EchoTracker();

  /**
   * @param events where it goes, and who is told
   * @param now the clock's ms
   * @param former what was applied of it before the viewer was forgotten, if it was here before
   */
  constructor(events: TypedEvents, private readonly counters: Counters, now: () => number, former: number) {
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

  /** Up to here it was applied, or will be. */
  get applied(): number {
    return this.#receiver.received;
  }

  /** All below it was taken by the program's terminal, or dropped. */
  get have(): number {
    return this.#receiver.have;
  }

  /** The viewer has said what it may have to send again: from `input` on. */
  resume(input: number): void {
    this.#receiver.resume(input);
  }

  accept(frame: Input): void {
    this.counters.took(this.#receiver.accept(frame));
  }

  /** What goes with all that is sent to the viewer. */
  ack(now: number): InputAck {
    const { have, sack } = this.#receiver;
    return { type: "InputAck", have, effect: this.#echo.effect(now), sack };
  }

  /** Whether the output shows the effect of more than it did: the viewer's guesses wait for that, not for the next output. */
  showsMore(now: number): boolean {
    if (this.#echo.due() > now) return false;
    this.#echo.effect(now);
    return true;
  }

  /** When {@link showsMore} is next to be asked. */
  get due(): number {
    return this.#echo.due();
  }
}
