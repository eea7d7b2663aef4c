/** The screen as a viewer gets it, and that of a viewer who shows none: everything else goes on there. */
import type { LinkProtocol } from "../sync/link_protocol.ts";

/** What decides which output one viewer is sent, and when. */
export interface Feed {
  /** Whether the viewer shows a screen. */
  readonly watched: boolean;
  /** Whether there is a link that it goes on. */
  readonly on: boolean;
  /** Bytes of output that the viewer has not confirmed. */
  readonly backlog: number;
  /** Whether all output that there is was sent. */
  readonly complete: boolean;
  /** The viewer said on a new link that it shows `have` of generation `gen`. */
  begin(conversation: LinkProtocol, have: number, gen: number): void;
  stop(): void;
  /** Only a snapshot goes on from here. */
  want(why: string): void;
  /** The viewer typed; the clock's ms, as everywhere here. */
  typed(now: number): void;
  /** Anything was heard from the viewer. */
  heard(): void;
  ack(have: number, gen: number, sack: readonly number[], now: number): void;
  /** Sends what is due. */
  poll(now: number): void;
  due(now: number): number;
}

/** Of a viewer that shows no screen. */
export class UnwatchedFeed implements Feed {
  readonly watched = false;
  readonly backlog = 0;
  readonly complete = true;
  #conversation: LinkProtocol | undefined;

  get on(): boolean {
    return this.#conversation !== undefined;
  }

  begin(conversation: LinkProtocol): void {
    this.#conversation = conversation;
  }

  stop(): void {
    this.#conversation = undefined;
  }

  want(): void {}
  typed(): void {}
  heard(): void {}
  ack(): void {}

  poll(now: number): void {
    this.#conversation?.flush(now);
  }

  due(): number {
    return Infinity;
  }
}
