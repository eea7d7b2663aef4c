/** Two fingers change the size of the letters; the page itself never zooms. */
export function attachPinch(stage: HTMLElement, zoom: (factor: number) => void): void {
  let distance = 0;
  const spread = ({ touches: [a, b] }: TouchEvent) =>
    a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
  stage.addEventListener("touchstart", (event) => {
    if (event.touches.length === 2) distance = spread(event);
  }, { passive: true });
  stage.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2 || distance === 0) return;
    event.preventDefault();
    const now = spread(event);
    // Steps of a twelfth: letters come in half pixels.
    if (Math.abs(now / distance - 1) < 0.08) return;
    zoom(now / distance);
    distance = now;
  }, { passive: false });
  stage.addEventListener("touchend", () => void (distance = 0), { passive: true });
  // Safari zooms by gestures of its own.
  document.addEventListener("gesturestart", (event) => event.preventDefault());
}
