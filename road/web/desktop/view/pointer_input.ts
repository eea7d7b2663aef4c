/** Mouse, pen and fingers on the desktop, as pointer, buttons and wheel. */
import type { Desktop } from "../desktop_types.ts";
import type { StageFit } from "./stage_fit.ts";
import { type Gesture, TouchGestures } from "./touch_gestures.ts";
import { WheelSteps } from "./wheel_steps.ts";

/** The buttons that a desktop has: left, middle, right, back, forward. */
const BUTTONS = 5;

export interface PointerActions {
  /** Whether what this person does counts. */
  may(): boolean;
  /** A person clicked on the desktop, or touched it: the keyboard is its own from now on. */
  used(isTouch: boolean): void;
  /** Something was tried that has no effect. */
  refused(): void;
}

/** The pointer of a person in the page. */
export class PointerInput {
  readonly #wheel = new WheelSteps();
  readonly #gestures = new TouchGestures();
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly desktop: Desktop,
    private readonly fit: StageFit,
    private readonly actions: PointerActions,
  ) {
    // Each place as soon as the mouse tells it, where the browser allows that; else one a frame.
    const moves = "onpointerrawupdate" in stage ? "pointerrawupdate" : "pointermove";
    stage.addEventListener(moves, (event) => this.#move(event as PointerEvent));
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#cancel(event));
    // All fingers at once, which pointer events tell one after the other.
    for (const name of ["touchstart", "touchmove", "touchend"] as const) {
      stage.addEventListener(name, (event) => this.#touch(event), { passive: false });
    }
    stage.addEventListener("touchcancel", () => this.#act(this.#gestures.cancel()));
    stage.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
    // Middle clicks would scroll, those of the side buttons leave the page.
    for (const name of ["auxclick", "mousedown", "mouseup"] as const) {
      stage.addEventListener(name, (event) => event.button > 0 && actions.may() && event.preventDefault());
    }
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    if (this.actions.may() && this.#isOn(event)) this.desktop.move(this.desktop.placeOf(event));
  }

  #down(event: PointerEvent): void {
    const isTouch = event.pointerType === "touch";
    this.actions.used(isTouch);
    if (isTouch) return;
    if (event.button >= BUTTONS || !this.#isOn(event)) return;
    if (!this.actions.may()) return this.actions.refused();
    this.stage.setPointerCapture(event.pointerId);
    const at = this.desktop.placeOf(event);
    this.desktop.move(at);
    this.desktop.input.button(event.button, true, at);
  }

  #up(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    if (event.button < BUTTONS) this.desktop.input.button(event.button, false, this.desktop.placeOf(event));
  }

  #cancel(event: PointerEvent): void {
    if (event.pointerType !== "touch") this.desktop.input.releaseAll();
  }

  #turn(event: WheelEvent): void {
    // The browser's own zoom.
    if (event.ctrlKey && !this.actions.may()) return;
    event.preventDefault();
    if (!this.actions.may()) {
      return this.fit.larger ? this.fit.pan(-event.deltaX, -event.deltaY) : undefined;
    }
    const { dx, dy } = this.#wheel.add(event);
    this.desktop.input.wheel(dx, dy, this.desktop.placeOf(event));
  }

  #touch(event: TouchEvent): void {
    // No click, scrolling or zoom of the browser's own.
    if (event.cancelable) event.preventDefault();
    const fingers = [...event.targetTouches].map(({ clientX, clientY }) => ({ x: clientX, y: clientY }));
    this.#act(this.#gestures.touch(fingers, performance.now()));
    clearTimeout(this.#due);
    const due = this.#gestures.due();
    if (due === Infinity) return;
    this.#due = setTimeout(() => {
      this.#act(this.#gestures.poll(performance.now()));
      // A finger that presses is felt, where the phone can.
      navigator.vibrate?.(10);
    }, due - performance.now());
  }

  #act(gestures: readonly Gesture[]): void {
    for (const gesture of gestures) {
      if (gesture.is === "zoom") this.fit.zoom(gesture.factor, gesture.at);
      else if (!this.actions.may()) {
        if (gesture.is === "scroll") this.fit.pan(gesture.dx, gesture.dy);
        else if (gesture.is === "button" && gesture.down) this.actions.refused();
      } else this.#do(gesture);
    }
  }

  #do(gesture: Exclude<Gesture, { readonly is: "zoom" }>): void {
    const at = this.desktop.placeOf({ clientX: gesture.at.x, clientY: gesture.at.y });
    switch (gesture.is) {
      case "move":
        return this.desktop.move(at);
      case "button":
        return this.desktop.input.button(gesture.button, gesture.down, at);
      case "scroll": {
        // What is larger than the stage is moved; else the fingers are the desktop's wheel, which goes the other way.
        if (this.fit.larger) return this.fit.pan(gesture.dx, gesture.dy);
        const { dx, dy } = this.#wheel.add({ deltaX: -gesture.dx, deltaY: -gesture.dy, deltaMode: 0 });
        return this.desktop.input.wheel(dx, dy, at);
      }
    }
  }

  /** Whether it is on the desktop, and not on the stage beside it. */
  #isOn({ clientX, clientY }: PointerEvent): boolean {
    const { left, right, top, bottom } = this.desktop.element.getBoundingClientRect();
    return clientX >= left && clientX < right && clientY >= top && clientY < bottom;
  }
}
