/** What fingers on a desktop mean. Pure: it gets places and times, and says what to do. */

export interface Finger {
  readonly x: number;
  readonly y: number;
}

export type Gesture =
  /** The pointer goes there. */
  | { readonly is: "move"; readonly at: Finger }
  /** A button goes down or up there: 0 left, 2 right. */
  | { readonly is: "button"; readonly button: 0 | 2; readonly down: boolean; readonly at: Finger }
  /** Two fingers went so far, in CSS pixels. */
  | { readonly is: "scroll"; readonly dx: number; readonly dy: number; readonly at: Finger }
  /** The desktop is to be shown larger or smaller, around this place. */
  | { readonly is: "zoom"; readonly factor: number; readonly at: Finger };

/** The smallest movement that counts: a finger is never quite still; CSS pixels. */
const SLACK = 10;
/** A finger that stays so long presses: then it drags, or is the right button; ms. */
const LONG = 450;
/** A second tap within this time drags, as with a touchpad; ms. */
const TWICE = 280;
/** Two fingers that come nearer or part by so much of their distance zoom. */
const PINCH = 0.12;

type State =
  | { readonly is: "idle" }
  | { readonly is: "down"; readonly at: Finger; readonly since: number; readonly again: boolean }
  | { readonly is: "pointing" }
  | { readonly is: "dragging"; readonly moved: boolean }
  | { readonly is: "two"; readonly from: readonly Finger[]; readonly since: number }
  | { readonly is: "scrolling" }
  | { readonly is: "zooming" }
  /** Nothing more until all fingers are gone. */
  | { readonly is: "over" };

const IDLE: State = { is: "idle" };

/** One person's fingers. A finger is the pointer; a tap clicks where it is; a long press, or two fingers at once, is the right button. */
export class TouchGestures {
  #state: State = IDLE;
  #fingers: readonly Finger[] = [];
  #tappedAt = -Infinity;

  /** These fingers touch now; `now` in ms. */
  touch(fingers: readonly Finger[], now: number): Gesture[] {
    const before = this.#fingers;
    this.#fingers = fingers;
    if (fingers.length > before.length) return this.#more(fingers, now);
    if (fingers.length < before.length) return this.#fewer(fingers, before, now);
    return this.#moved(fingers, before);
  }

  /** The browser took the fingers away. */
  cancel(): Gesture[] {
    const at = this.#fingers[0] ?? { x: 0, y: 0 };
    const held = this.#state.is === "dragging";
    this.#fingers = [];
    this.#state = IDLE;
    return held ? [{ is: "button", button: 0, down: false, at }] : [];
  }

  /** Does what is due. */
  poll(now: number): Gesture[] {
    if (now < this.due() || this.#state.is !== "down") return [];
    const { at } = this.#state;
    this.#state = { is: "dragging", moved: false };
    return [{ is: "button", button: 0, down: true, at }];
  }

  /** When {@link poll} is due; Infinity: never by itself. */
  due(): number {
    return this.#state.is === "down" ? this.#state.since + LONG : Infinity;
  }

  #more(fingers: readonly Finger[], now: number): Gesture[] {
    const [at, second] = fingers;
    if (second === undefined) {
      this.#state = { is: "down", at: at!, since: now, again: now - this.#tappedAt <= TWICE };
      return [{ is: "move", at: at! }];
    }
    if (this.#state.is === "dragging") return [];
    this.#state = fingers.length === 2 ? { is: "two", from: fingers, since: now } : { is: "over" };
    return [];
  }

  #fewer(fingers: readonly Finger[], before: readonly Finger[], now: number): Gesture[] {
    const state = this.#state;
    const at = before[0]!;
    if (fingers.length > 0) {
      // Both fingers of a tap leave one after the other.
      if (state.is === "two" && now - state.since < LONG) {
        this.#state = { is: "over" };
        return click(2, state.from[0]!);
      }
      if (state.is !== "dragging") this.#state = { is: "over" };
      return [];
    }
    this.#state = IDLE;
    switch (state.is) {
      case "down":
        this.#tappedAt = now;
        return click(0, state.at);
      case "two":
        return now - state.since < LONG ? click(2, state.from[0]!) : [];
      case "dragging": {
        const up: Gesture = { is: "button", button: 0, down: false, at };
        // It pressed and went nowhere: the menu of what is there.
        return state.moved ? [up] : [up, ...click(2, at)];
      }
      default:
        return [];
    }
  }

  #moved(fingers: readonly Finger[], before: readonly Finger[]): Gesture[] {
    const [at, second] = fingers;
    const state = this.#state;
    switch (state.is) {
      case "down":
        if (apart(state.at, at!) < SLACK) return [];
        this.#state = state.again ? { is: "dragging", moved: true } : { is: "pointing" };
        return [
          ...(state.again ? [{ is: "button", button: 0, down: true, at: state.at } as const] : []),
          { is: "move", at: at! },
        ];
      case "dragging":
        if (!state.moved && apart(before[0]!, at!) === 0) return [];
        this.#state = { is: "dragging", moved: true };
        return [{ is: "move", at: at! }];
      case "pointing":
        return [{ is: "move", at: at! }];
      case "two": {
        const [one, other] = state.from;
        const factor = apart(at!, second!) / Math.max(1, apart(one!, other!));
        const went = apart(middle(fingers), middle(state.from));
        if (Math.abs(factor - 1) >= PINCH) this.#state = { is: "zooming" };
        else if (went >= SLACK) this.#state = { is: "scrolling" };
        return [];
      }
      case "scrolling": {
        const [now, then] = [middle(fingers), middle(before)];
        return [{ is: "scroll", dx: now.x - then.x, dy: now.y - then.y, at: now }];
      }
      case "zooming": {
        const factor = apart(at!, second!) / Math.max(1, apart(before[0]!, before[1]!));
        return [{ is: "zoom", factor, at: middle(fingers) }];
      }
      case "idle":
      case "over":
        return [];
    }
  }
}

function click(button: 0 | 2, at: Finger): Gesture[] {
  return [
    { is: "move", at },
    { is: "button", button, down: true, at },
    { is: "button", button, down: false, at },
  ];
}

function apart(one: Finger, other: Finger): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function middle([one, other]: readonly Finger[]): Finger {
  return { x: (one!.x + other!.x) / 2, y: (one!.y + other!.y) / 2 };
}
