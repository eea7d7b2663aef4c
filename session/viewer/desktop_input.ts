/**
 * What a viewer does with the host's desktop: keys, buttons and text as a byte stream of events (exactly once, in order, over any number of
 * links), and the newest position of the pointer. `services/desktop/README.md`, "Input", says what the events are.
 */
import type { EventsAck, Position } from "../../frames/input_frames.ts";
import { Counters } from "../sync/counters.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import { InputSender } from "./input_sender.ts";

/** A pointer that moves is said as often as screens and mice have a new place for it; ms. */
const EVERY = 8;
/** A position that nobody acknowledged is said again after two round trips, and after this time at least; each further time after twice as long; ms. */
const AGAIN = 50;
const AGAIN_MOST = 1000;
/** While something is held the host hears of us so often: after 250 ms of silence it lets go. Two may be lost; ms. */
const HOLD = 100;

/** The desktop input of one viewer. */
export class DesktopInput {
  readonly #events: InputSender;
  #newest: Position = { type: "Position", number: 0, x: 0, y: 0, holds: false };
  /** The number that was said last, when (the clock's ms), and the one that the host has. */
  #said = 0;
  #saidAt = -Infinity;
  #known = 0;
  /** How often the newest position was said again. */
  #again = 0;
  #on = false;
  #rtt = 0;

  /** @param changed something is due earlier than before */
  constructor(private readonly changed: () => void) {
    this.#events = new InputSender(new Counters(), (base, data) => ({ type: "Events", base, data }));
  }

  /** Whether the host shares a desktop. */
  get on(): boolean {
    return this.#on;
  }

  /** Bytes of events that the host has not taken. */
  get unsent(): number {
    return this.#events.unsent;
  }

  /** Sends events, each of them whole. Without effect where there is no desktop. */
  send(events: Uint8Array): void {
    if (!this.#on) return;
    this.#events.type(events);
    this.changed();
  }

  /** The pointer is at `x`, `y` (pixels of what is shared); `holds`: a key or a button is down. */
  place(x: number, y: number, holds: boolean): void {
    if (!this.#on) return;
    this.#newest = { type: "Position", number: this.#newest.number + 1, x, y, holds };
    this.changed();
  }

  /** Goes on over `conversation`; `on`: its host shares a desktop. */
  goOn(conversation: LinkProtocol, on: boolean): void {
    this.#on = on;
    this.#events.goOn(this.#events.start, conversation);
    this.#saidAt = -Infinity;
  }

  /** Anything was heard from the host. */
  heard(): void {
    this.#events.heard();
  }

  /** The host has every event below `have`, and the position of this number. */
  acked({ have, number }: EventsAck, now: number): void {
    this.#events.acked({ have, sack: [] }, now);
    this.#known = Math.max(this.#known, Math.min(number, this.#said));
  }

  /** Sends what is due. */
  flush(conversation: LinkProtocol, now: number): void {
    if (!this.#on) return;
    this.#events.flush(conversation, now);
    this.#rtt = conversation.path.rtt.srtt ?? 0;
    if (now < this.#positionDue()) return;
    this.#again = this.#newest.number > this.#said ? 0 : this.#again + 1;
    this.#said = this.#newest.number;
    this.#saidAt = now;
    conversation.tell(this.#newest, now, "term");
  }

  /** When {@link flush} is next due; the clock's ms. */
  due(now: number): number {
    return this.#on ? Math.min(this.#events.due(now), this.#positionDue()) : Infinity;
  }

  #positionDue(): number {
    const { number, holds } = this.#newest;
    if (number > this.#said) return this.#saidAt + EVERY;
    const wait = Math.min(AGAIN_MOST, Math.max(AGAIN, 2 * this.#rtt) * 2 ** this.#again);
    const again = number > this.#known ? this.#saidAt + wait : Infinity;
    return Math.min(again, holds ? this.#saidAt + HOLD : Infinity);
  }
}
