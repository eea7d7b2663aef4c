/** The line at the bottom: the session, our role in it, and the path of the bytes. */
import type { Role } from "../../../frames/link_frames.ts";
import { DEAD } from "../../../session/links/keepalive.ts";
import { shownText } from "../../../session/vt/shown_text.ts";
import { worse } from "../../../session/stats.ts";
import { PATHS, statusText } from "../../../session/stats_text.ts";
import type { SessionStats } from "../embed/join_types.ts";
import { part } from "../dom/elements.ts";
import { milliseconds } from "../dom/format.ts";

/** Characters of a title that are shown: tabs and windows cut it off long before. */
const TITLE = 120;

/** Shows the session's title as the page's own. */
export function showTitle(given: string): void {
  const title = shownText(given, TITLE);
  part("title").textContent = title || "Beach";
  document.title = title ? `${title} · Beach` : "Beach";
}

/** Undefined: there is no session. */
export function showRole(role: Role | undefined): void {
  const chip = part("role");
  chip.hidden = role === undefined;
  part("open-files").hidden = role !== "write";
  if (!role) part("offers").replaceChildren();
  delete chip.dataset.kind;
  if (!role) return;
  chip.dataset.role = role;
  chip.textContent = role === "view" ? "view only" : "can type";
  chip.title = role === "view"
    ? "This link lets you watch; typing has no effect"
    : "What you type goes to the shared program";
}

/** Undefined: there is no session. */
export function showStatus(stats: SessionStats | undefined): void {
  const link = stats?.link;
  const lost = stats !== undefined && (!link || link.late >= DEAD);
  part("dot").dataset.path = !stats ? "none" : lost ? "lost" : link!.path;
  part("status").title = `${stats ? statusText(stats) : "Connection"} (Ctrl+Shift+K)`;
  const words = [];
  if (!stats) words.push("not connected");
  else if (lost) words.push(link ? `last heard ${Math.floor(link.silent / 1000)} s ago` : "reconnecting…");
  else {
    const { path, rtt } = link!;
    words.push(PATHS[path]);
    if (rtt.smoothed !== null) words.push(milliseconds(rtt.smoothed));
    const loss = worse(link!.loss);
    if (loss !== undefined && loss >= 0.005) words.push(`${Math.round(loss * 100)} % lost`);
  }
  const text = words.join(" · ");
  if (part("status-text").textContent !== text) part("status-text").textContent = text;
}
