/** Who may join a host, and over which paths, as its flags say. */
import type { HostPolicy } from "../../transport/peer/host_events.ts";
import type { HostOptions } from "../options/invocation.ts";

/** As many as a road takes (`LIMITS.peers`). */
const MAX_VIEWERS = 256;

/** @param ask asks the host's person whether a viewer may join, where `--approve` says so */
export function policyOf(options: HostOptions, ask: NonNullable<HostPolicy["approve"]>): HostPolicy {
  const { iceServer: iceServers, maxViewers = MAX_VIEWERS, approve, ...flags } = options;
  return { ...flags, iceServers, maxViewers, ...(approve && { approve: ask }) };
}
