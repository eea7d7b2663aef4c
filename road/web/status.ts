/** The line at the bottom: what this is, who we are in it, and how the bytes go. */
import type { Role } from "../../frames/message.ts";
import type { SessionStats } from "./join_types.ts";
import { part } from "./page.ts";
import { milliseconds } from "./words.ts";

/** Silence that a person is told of; ms. */
const SILENT = 2000;

const WORDS = { direct: "direct", turn: "TURN", relay: "relay", memory: "memory" } as const;

export function showTitle(title: string): void {
  part("title").textContent = title || "Beach";
  document.title = title ? `${title} · Beach` : "Beach";
}

export function showRole(role: Role): void {
  const chip = part("role");
  chip.hidden = false;
  chip.dataset.role = role;
  chip.textContent = role === "view" ? "view only" : "can type";
  chip.title = role === "view"
    ? "This link lets you watch; typing has no effect"
    : "What you type goes to the shared program";
}

/** Undefined: there is no session. */
export function showStatus(stats: SessionStats | undefined): void {
  const silent = stats !== undefined && stats.silentMs >= SILENT;
  const path = stats?.path;
  // Idle links are silent for 3 s between heartbeats: only longer means trouble.
  const lost = stats !== undefined && (!path || silent && stats.silentMs > 7500);
  part("dot").dataset.path = !stats ? "none" : lost ? "lost" : path!;
  const words = [];
  if (!stats) words.push("not connected");
  else if (lost) words.push(path ? `last heard ${Math.floor(stats.silentMs / 1000)} s ago` : "reconnecting…");
  else {
    words.push(WORDS[path!]);
    if (stats.rttMs !== undefined) words.push(milliseconds(stats.rttMs));
    const loss = Math.max(stats.lossIn, stats.lossOut);
    if (loss >= 0.005) words.push(`${Math.round(loss * 100)} % lost`);
  }
  const text = words.join(" · ");
  if (part("status-text").textContent !== text) part("status-text").textContent = text;
}
