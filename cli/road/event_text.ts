/** A road's events as text for its operator. */
import { oneLine } from "../process/failure.ts";
import type { RoadEvent } from "../process/io.ts";

/** Events that report a fault; the others are shown only with `--verbose`. */
const FAULTS = new Set(["fault", "redis", "node_gone", "certificate", "connections_full", "listening_again"]);

/** Whether an event reports a fault, so that it is logged without `--verbose`. */
export function isFault({ event }: RoadEvent): boolean {
  return FAULTS.has(event);
}

/** `session_opened session=7kq2mx claimed=false`. */
export function roadWords({ event, time: _time, ...rest }: RoadEvent): string {
  return oneLine([event, ...Object.entries(rest).map(([key, value]) => `${key}=${value}`)].join(" "));
}
