/** Checks of `beach doctor` at a road: a WebSocket, a temporary session, and the relay from one end to the other. */
import type { RoadClient } from "../../transport/signalling/road_client.ts";
import { roadClient } from "../network/road_socket.ts";
import { RoadError } from "../../transport/signalling/road_error.ts";
import type { IceGrant } from "../../transport/schema/signal.ts";
import type { Log } from "../../transport/log.ts";
import type { Finding } from "./doctor_findings.ts";

/** The time limit for a message through the relay and back, in ms. */
const RELAY = 5000;

export interface RoadChecked {
  readonly findings: readonly Finding[];
  /** The servers that the road gives a host. */
  readonly ice: IceGrant | undefined;
}

/** Joins `road` as a host, and then as a viewer of that session. Throws the reason of `stop` if that aborts. */
export async function checkRoad(road: string, log: Log, stop: AbortSignal): Promise<RoadChecked> {
  stop.throwIfAborted();
  const host = roadClient({ road, role: "host", log });
  const stopped = () => host.close();
  stop.addEventListener("abort", stopped);
  const head = { check: "websocket", target: road } as const;
  try {
    const started = performance.now();
    const joined = await host.connect();
    const ms = performance.now() - started;
    const websocket = { ...head, result: "works", ms, detail: "the road gave us a session" } as const;
    const relay = joined.relay ? await checkRelay(host, road, joined.session, log, stop) : {
      check: "relay",
      target: "",
      result: "none",
      detail: "the road relays nothing (--no-relay)",
    } as const;
    return { findings: [websocket, relay], ice: host.ice };
  } catch (error) {
    stop.throwIfAborted();
    if (!(error instanceof RoadError)) throw error;
    return { findings: [{ ...head, result: "fails", detail: error.message }], ice: undefined };
  } finally {
    stop.removeEventListener("abort", stopped);
    host.close({ leave: true });
  }
}

/** Sends a message from a viewer to the host and back, as the relay carries a session. */
async function checkRelay(
  host: RoadClient,
  road: string,
  session: string,
  log: Log,
  stop: AbortSignal,
): Promise<Finding> {
  const head = { check: "relay", target: "" } as const;
  const viewer = roadClient({ road, role: "viewer", session, log });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const timer = setTimeout(() => resolve(null), RELAY);
  const stopped = () => reject(stop.reason);
  stop.addEventListener("abort", stopped);
  try {
    await viewer.connect();
    let started = performance.now();
    const message = { channel: "ctrl", sealed: crypto.getRandomValues(new Uint8Array(64)) } as const;
    host.listen({ relayed: (got) => void host.relay({ ...message, peer: got.peer, sealed: got.sealed }) });
    viewer.listen({ relayed: () => resolve(performance.now() - started) });
    started = performance.now();
    viewer.relay({ ...message, peer: "host" });
    const ms = await promise;
    if (ms === null) return { ...head, result: "fails", detail: `nothing came through in ${RELAY / 1000} s` };
    return { ...head, result: "works", ms, detail: "a message went through the road and back" };
  } catch (error) {
    stop.throwIfAborted();
    if (!(error instanceof RoadError)) throw error;
    return { ...head, result: "fails", detail: error.message };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", stopped);
    viewer.close();
  }
}
