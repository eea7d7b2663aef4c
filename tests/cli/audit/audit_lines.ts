/** An audit's lines, for tests. */
import { BEGIN, type Entry, link, type Place } from "../../../cli/audit/chain.ts";
import { AuditCheck, type Verdict } from "../../../cli/audit/check.ts";

/** The lines of `entries`, each with its `\n`. */
export function auditLines(entries: readonly Entry[]): Uint8Array[] {
  let place: Place = BEGIN;
  return entries.map((entry, i) => {
    const { line, after } = link(place, 1000 + i, entry);
    place = after;
    return line;
  });
}

/** What `beach audit` says of `pieces`, one after the other. */
export function checkLines(pieces: readonly Uint8Array[]): Verdict {
  const check = new AuditCheck();
  for (const piece of pieces) check.push(piece);
  return check.end();
}
