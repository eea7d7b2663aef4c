/** Scrolls the history with one finger, with momentum after it is lifted. */
import type { Terminal } from "@xterm/xterm";
import { cellOf } from "./fit.ts";

/** The smallest movement that counts: a finger is never quite still; CSS pixels. */
const SLACK = 8;
/** The part of the speed that remains after a millisecond without a finger: as in phones' own lists. */
const FRICTION = 0.997;
/** Below this speed nothing seems to move; pixels per ms. */
const STILL = 0.03;

interface Finger {
  x: number;
  y: number;
  at: number;
  /** Pixels per ms, downwards. */
  speed: number;
  /** Undefined until it has moved: a tap, or ours, or the browser's, which moves a screen larger than the window. */
  drag?: "history" | "window";
}

/** Scrolls the terminal by touch. */
export class TouchScroll {
  #finger: Finger | undefined;
  #frame = 0;
  /** Pixels moved that are no whole row yet. */
  #rest = 0;

  constructor(private readonly terminal: Terminal, private readonly stage: HTMLElement) {
    stage.addEventListener("touchstart", (event) => this.#start(event), { passive: true });
    stage.addEventListener("touchmove", (event) => this.#move(event), { passive: false });
    stage.addEventListener("touchend", () => this.#end(), { passive: true });
    stage.addEventListener("touchcancel", () => this.#finger = undefined, { passive: true });
  }

  #start({ touches, timeStamp }: TouchEvent): void {
    cancelAnimationFrame(this.#frame);
    const [touch, second] = touches;
    this.#rest = 0;
    this.#finger = touch && !second
      ? { x: touch.clientX, y: touch.clientY, at: timeStamp, speed: 0 }
      : undefined;
  }

  #move(event: TouchEvent): void {
    const finger = this.#finger;
    const touch = event.touches[0];
    if (!finger || !touch) return;
    const dx = touch.clientX - finger.x;
    const dy = touch.clientY - finger.y;
    if (!finger.drag) {
      if (Math.hypot(dx, dy) < SLACK) return;
      finger.drag = Math.abs(dx) > Math.abs(dy) || this.#windowMoves(dy) ? "window" : "history";
    }
    if (finger.drag === "window") return;
    event.preventDefault();
    const time = Math.max(1, event.timeStamp - finger.at);
    finger.speed = 0.6 * (dy / time) + 0.4 * finger.speed;
    Object.assign(finger, { x: touch.clientX, y: touch.clientY, at: event.timeStamp });
    this.#scroll(dy, touch);
  }

  #end(): void {
    const finger = this.#finger;
    this.#finger = undefined;
    if (finger?.drag !== "history") return;
    let { speed, at } = finger;
    // The finger did not move before it left the screen.
    if (performance.now() - at > 60) return;
    at = performance.now();
    const glide = (now: number) => {
      const time = Math.max(0, now - at);
      at = now;
      this.#scroll(speed * time, { clientX: finger.x, clientY: finger.y });
      speed *= FRICTION ** time;
      if (Math.abs(speed) > STILL) this.#frame = requestAnimationFrame(glide);
    };
    this.#frame = requestAnimationFrame(glide);
  }

  /** Whether the screen is larger than the window, and has more to show where the finger pulls from. */
  #windowMoves(dy: number): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.stage;
    return dy > 0 ? scrollTop > 0 : scrollTop + clientHeight < scrollHeight - 1;
  }

  #scroll(
    pixels: number,
    { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  ): void {
    const { height } = cellOf(this.terminal);
    this.#rest += pixels;
    const rows = Math.trunc(this.#rest / height);
    if (rows === 0) return;
    this.#rest -= rows * height;
    const { modes, buffer } = this.terminal;
    if (modes.mouseTrackingMode === "none" && buffer.active.type === "normal") {
      return this.terminal.scrollLines(-rows);
    }
    // A program that has the whole screen gets what a wheel would send.
    const target = this.terminal.element?.querySelector(".xterm-screen");
    for (let n = 0; n < Math.abs(rows); n++) {
      target?.dispatchEvent(
        new WheelEvent("wheel", {
          clientX,
          clientY,
          deltaY: -Math.sign(rows) * height,
          bubbles: true,
          cancelable: true,
        }),
      );
    }
  }
}
