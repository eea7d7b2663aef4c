/** `beach audit FILE`: whether an audit is whole, and if not, where. */
import type { AuditOptions } from "../options/invocation.ts";
import { FAILED, Failure, oneLine, USAGE } from "../process/failure.ts";
import { print } from "../terminal/print.ts";
import { AuditCheck, type Verdict } from "./check.ts";

/** Read at once, bytes. */
const PIECE = 64 * 1024;

/** Checks the file. Returns 0 if no line is missing or changed, else 1. Throws {@link Failure} if it can't be read. */
export async function runAudit({ file, json, warning }: AuditOptions): Promise<number> {
  if (warning !== undefined) await print(`beach: ${warning}\n`, Deno.stderr);
  const verdict = await check(file);
  const text = json ? JSON.stringify({ ok: verdict.wrong === 0, ...verdict }) : words(verdict, file);
  await print(`${text}\n`);
  return verdict.wrong === 0 ? 0 : FAILED;
}

async function check(path: string): Promise<Verdict> {
  const check = new AuditCheck();
  const piece = new Uint8Array(PIECE);
  try {
    using file = await Deno.open(path);
    for (;;) {
      const length = await file.read(piece);
      if (length === null) return check.end();
      check.push(piece.subarray(0, length));
    }
  } catch (cause) {
    const hint = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/\.$/, "") : undefined;
    throw new Failure({ what: "The audit can't be read", value: path, hint, code: USAGE, cause });
  }
}

/** The verdict for a person, in lines. */
export function words(verdict: Verdict, path: string): string {
  const { lines, head, faults, wrong, cut, open, closed } = verdict;
  const said = faults.map((fault) => `FAIL  ${fault}`);
  if (wrong > faults.length) said.push(`FAIL  and ${wrong - faults.length} more`);
  if (cut > 0) {
    said.push(`note  ${cut === 1 ? "1 line was" : `${cut} lines were`} cut off when a host was killed`);
  }
  if (open > 0) {
    said.push(`note  the last line was cut off after ${open} bytes: a host was killed, or the disk was full`);
  }
  if (!closed) {
    said.push("note  it does not end with closed: a host writes it, was killed, or the end is missing");
  }
  const verb = wrong === 0 ? "is whole" : "was changed";
  said.push(`${oneLine(path)} ${verb}: ${lines} ${lines === 1 ? "line" : "lines"}, the last is ${head}`);
  return said.join("\n");
}
