/** The page comes and goes: away and back in front, off line and on again, closed by a key that was meant for the shell. */
import type { BeachSession } from "../embed/join_types.ts";

/** Who typed so lately is at work, and may press Ctrl+W for the shell: the browser asks before it closes the page; ms. */
const AT_WORK = 120_000;

/**
 * @param session the session now
 * @param typedAt when something was typed last; `performance.now()`
 */
export function followPage(session: () => BeachSession | undefined, typedAt: () => number): void {
  // The link is looked at without waiting for a timer.
  const back = (why: string) => () => {
    if (document.visibilityState === "visible") session()?.check(why);
  };
  document.addEventListener("visibilitychange", back("the page is back in front"));
  addEventListener("pageshow", back("the page was restored"));
  addEventListener("online", back("the browser is on line again"));
  addEventListener("beforeunload", (event) => {
    if (session()?.role === "write" && performance.now() - typedAt() < AT_WORK) event.preventDefault();
  });
  addEventListener("pagehide", (event) => {
    // Kept in the browser's back-forward cache it may come back; else we leave properly.
    if (!event.persisted) void session()?.close();
  });
}

/** Where the keyboard of a phone lies over the page instead of making it smaller (Safari), the page keeps to what is left. */
export function followKeyboard(app: HTMLElement): void {
  const seen = visualViewport;
  seen?.addEventListener("resize", () => {
    const covered = seen.scale === 1 && seen.height < innerHeight - 1;
    app.style.height = covered ? `${seen.height}px` : "";
    if (covered) scrollTo(0, 0);
  });
}
