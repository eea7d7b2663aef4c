/** Events of the page: hidden and shown, off line and on line, closed by a key that was meant for the shell. */
import type { BeachSession } from "../embed/join_types.ts";

/** A person who typed so lately may press Ctrl+W for the shell: the browser asks before it closes the page; ms. */
const AT_WORK = 120_000;

/**
 * @param session returns the present session
 * @param typedAt returns when something was last typed; `performance.now()`
 */
export function followPage(session: () => BeachSession | undefined, typedAt: () => number): void {
  // The link is checked at once, without a timer.
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
    // A page in the browser's back-forward cache may come back; otherwise the session is left.
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
