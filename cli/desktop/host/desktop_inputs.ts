/** What viewers do with the desktop, done there: events in order, positions at once, and nothing that stays down (`session/services/desktop/README.md`, "Input"). */
import type { DesktopTaker } from "../../../session/host/host_io.ts";
import type { HostedMember } from "../../../session/host/viewer_streams.ts";
import {
  type InputEvent,
  InputEventReader,
  InputFault,
} from "../../../session/services/desktop/input_events.ts";
import type { Clock } from "../../../session/runtime/clock.ts";
import type { Input } from "../x11/input/input.ts";
import type { Rectangle } from "../x11/types.ts";
import { HeldKeys } from "./held_keys.ts";

/** A viewer that holds something says so each 100 ms; after this silence everything is let go: two of its messages were lost, or it is gone. ms. */
const SILENCE = 250;
/** How often silence is looked for while something is held; ms. */
const LOOK = 50;

interface ViewerState {
  readonly reader: InputEventReader;
  readonly held: HeldKeys;
  heardAt: number;
  /** Its bytes could not be read: nothing behind them can. */
  broken: boolean;
}

export interface DesktopInputsOptions {
  readonly input: Pick<Input, "move" | "button" | "wheel" | "key" | "text" | "releaseAll" | "settled">;
  /** What is shared, on the root window. */
  readonly area: () => Rectangle;
  readonly clock: Clock;
  readonly log: (words: string) => void;
  /** A viewer did something. */
  readonly used: (peer: string) => void;
}

/** The desktop's input, for all viewers. */
export class DesktopInputs implements DesktopTaker, Disposable {
  readonly #viewers = new Map<string, ViewerState>();
  #stop: (() => void) | undefined;

  constructor(private readonly options: DesktopInputsOptions) {}

  events({ peer }: HostedMember, bytes: Uint8Array): Promise<void> | void {
    const viewer = this.#of(peer);
    if (viewer.broken) return;
    try {
      for (const event of viewer.reader.push(bytes)) this.#do(viewer, event);
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      viewer.broken = true;
      viewer.held.release();
      this.options.log(
        `${peer}: its input for the desktop can't be read, and is not taken any more: ${error.message}`,
      );
      return;
    }
    this.#heard(peer, viewer);
    return this.options.input.settled();
  }

  position({ peer }: HostedMember, { x, y }: { readonly x: number; readonly y: number }): void {
    const viewer = this.#of(peer);
    this.#move(x, y);
    this.#heard(peer, viewer);
  }

  /** The viewer is gone, or may not use the desktop any more. */
  release(peer: string): void {
    this.#viewers.get(peer)?.held.release();
    this.#viewers.delete(peer);
  }

  /** Lets go of everything. */
  [Symbol.dispose](): void {
    this.#stop?.();
    for (const peer of [...this.#viewers.keys()]) this.release(peer);
    this.options.input.releaseAll();
  }

  #heard(peer: string, viewer: ViewerState): void {
    viewer.heardAt = this.options.clock.now();
    this.options.used(peer);
    if (viewer.held.any) this.#stop ??= this.options.clock.after(LOOK, () => this.#look());
  }

  #look(): void {
    this.#stop = undefined;
    const now = this.options.clock.now();
    let holds = false;
    for (const { held, heardAt } of this.#viewers.values()) {
      if (held.any && now - heardAt > SILENCE) held.release();
      holds ||= held.any;
    }
    if (holds) this.#stop = this.options.clock.after(LOOK, () => this.#look());
  }

  #do({ held }: ViewerState, event: InputEvent): void {
    const { input } = this.options;
    switch (event.is) {
      case "key":
        return held.key({ ...event, by: [...event.key].length === 1 ? "character" : "position" });
      case "button":
        this.#move(event.x, event.y);
        return held.button(event.button, event.down);
      case "wheel":
        this.#move(event.x, event.y);
        return void input.wheel(event.dx, event.dy);
      case "text":
        return void input.text(event.text);
    }
  }

  #move(x: number, y: number): void {
    const area = this.options.area();
    this.options.input.move(area.x + Math.min(x, area.width - 1), area.y + Math.min(y, area.height - 1));
  }

  #of(peer: string): ViewerState {
    const { input, clock } = this.options;
    let viewer = this.#viewers.get(peer);
    if (!viewer) {
      viewer = {
        reader: new InputEventReader(),
        held: new HeldKeys(input),
        heardAt: clock.now(),
        broken: false,
      };
      this.#viewers.set(peer, viewer);
    }
    return viewer;
  }
}
