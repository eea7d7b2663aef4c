/** What `beach list` and `beach ctl` print for people. Pure. */
import { oneLine } from "../process/failure.ts";
import type { SessionLine, ViewerLine } from "./host_controls.ts";

/** Columns of text, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => widths[at] = Math.max(widths[at] ?? 0, cell.length));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => cell.padEnd(widths[at]!)).join("  ").trimEnd();
  return rows.map((row) => line(row) + "\n").join("");
}

/** A viewer's name as it claims it, in quotes; nothing if it has none. */
function quoted(name: string): string {
  return name === "" ? "" : JSON.stringify(oneLine(name));
}

/** What a viewer may do beside looking and typing, as a list names it. */
const MORE = { forward: "forwards", files: "files", desktop: "desktop" } as const;

/** What a viewer may do, in a word or more. */
export function abilities({ may }: Pick<ViewerLine, "may">): string {
  const verbs = ["forward", "files", "desktop"] as const;
  const more = verbs.filter((verb) => may.includes(verb)).map((verb) => MORE[verb]);
  const types = may.includes("type");
  return [types ? "types" : "watches", ...(types && more.length === verbs.length ? [] : more)].join(", ");
}

/** Milliseconds since something, in the largest unit that says enough. */
export function ago(ms: number): string {
  if (ms < 1000) return "just now";
  const units = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"]] as const;
  const [size, unit] = units.find(([size]) => ms >= size)!;
  return `${Math.floor(ms / size)} ${unit} ago`;
}

/** All viewers of a session, one a line, below a line about the session. */
export function sessionText(line: SessionLine): string {
  const { session, state, quiet, locked, viewers, command } = line;
  const printed = quiet === null ? "" : `, printed ${ago(quiet)}`;
  const head = `${session}: ${oneLine(command)}, ${state}${printed}${locked ? ", the door is locked" : ""}\n`;
  if (viewers.length === 0) return `${head}No viewers\n`;
  return head + table(viewers.map((viewer) => [
    viewer.peer,
    quoted(viewer.name),
    abilities(viewer),
    viewer.path ?? "no link",
    viewer.rtt === null ? "" : `${Math.round(viewer.rtt)} ms`,
    viewer.typed === null ? "" : `typed ${ago(viewer.typed)}`,
  ]));
}

/** All sessions, one a line. */
export function sessionsText(sessions: readonly SessionLine[]): string {
  return table(sessions.map(({ session, name, pid, state, quiet, locked, viewers, command }) => [
    session,
    name === null ? "" : oneLine(name),
    state + (state === "idle" && quiet !== null ? `, printed ${ago(quiet)}` : ""),
    `${viewers.length} ${viewers.length === 1 ? "viewer" : "viewers"}${locked ? ", locked" : ""}`,
    oneLine(command),
    `(pid ${pid})`,
  ]));
}
