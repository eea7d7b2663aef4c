/** Who decides the size of the shared screen: the host, the writer who typed last, or nobody. Pure. */
import { bounded, type Size } from "../../frames/size.ts";
import { may, type Member } from "../../session/roster/grant.ts";
import type { SizePolicy } from "../options/values.ts";

/** One who might decide. */
export interface Candidate {
  readonly window: Size | undefined;
  readonly member: Pick<Member, "grant">;
  readonly typedAt: number;
}

/** The size without any window, the usual one since the VT100. */
export const FALLBACK: Size = { cols: 80, rows: 24 };
/** The smallest PTY in which most programs work. */
const LEAST: Size = { cols: 2, rows: 2 };

/**
 * @param rule absent: the host's window if it has one, else the writer's
 * @param own the host's window; undefined when headless
 * @param now the present size, which is kept if nobody decides
 */
export function decideSize(
  rule: SizePolicy | undefined,
  own: Size | undefined,
  viewers: Iterable<Candidate>,
  now: Size,
): Size {
  if (rule?.kind === "fixed") return { cols: rule.cols, rows: rule.rows };
  if (own && rule?.kind !== "writer") return bounded(own);
  let best: Candidate | undefined;
  for (const viewer of viewers) {
    if (!viewer.window || !may(viewer.member.grant, "type")) continue;
    if (!best || viewer.typedAt > best.typedAt) best = viewer;
  }
  const window = best?.window ?? (rule?.kind === "writer" ? own : undefined) ?? now;
  const { cols, rows } = bounded(window);
  return { cols: Math.max(LEAST.cols, cols), rows: Math.max(LEAST.rows, rows) };
}
