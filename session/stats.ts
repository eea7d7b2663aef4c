/**
 * The statistics of a session at one moment: `PROTOCOL.md`, "Numbers". Plain data for JSON, the same for host, terminal viewer and browser.
 */
import type { Channel, ChannelStats, Path } from "../transport/link.ts";
import type { LinkProtocol } from "./sync/link_protocol.ts";
import type { Counters } from "./sync/counters.ts";
import { health } from "./links/health.ts";
import type { HostViewer } from "./host/host_viewer.ts";
import type { RateMeter } from "./links/rate.ts";
import type { PeerStreams } from "./streams/peer_streams.ts";
import type { ServiceNumbers } from "./streams/traffic.ts";
import type { ViewerSession } from "./viewer/viewer_session.ts";

/** A value for each direction, as this end sees it. */
interface Ways<T = number> {
  readonly out: T;
  readonly in: T;
}

/** Bytes per second: over the last two seconds, and since the link began. */
interface Throughput {
  readonly now: number;
  readonly mean: number;
}

/** The link in use; its values begin again with each link. Times in ms, null if not known yet. */
export interface LinkNumbers {
  readonly id: string;
  readonly path: Path;
  /** Whether bulk has its own connection. */
  readonly bulk: boolean;
  /** The session's measurements: smoothed, mean deviation, and recent minimum; and the transport's own. */
  readonly rtt: {
    readonly smoothed: number | null;
    readonly deviation: number | null;
    readonly least: number | null;
    readonly transport: number | null;
  };
  /** How unevenly the path delivers, ms (RFC 3550, 6.4.1). */
  readonly jitter: number;
  /** The fraction of the last 64 or so lossy messages that was lost, each way; null until 16 were reported. */
  readonly loss: Ways<number | null>;
  /** Lossy messages lost since the link began, each way. */
  readonly lost: Ways;
  readonly throughput: Ways<Throughput>;
  /** Whether loss is so high that large output uses the reliable channel (`adaptive_routing.ts`). */
  readonly fallback: boolean;
  /** From 0 to 100: `health.ts`. Null before the first round trip. */
  readonly health: number | null;
  /** The time since the last message, in ms. */
  readonly silent: number;
  /** How overdue the other end's next message is, in ms; 0 if it is not. */
  readonly late: number;
  readonly channels: Readonly<Record<Channel, ChannelStats>>;
  /** Packets that were forged, replayed or malformed. */
  readonly refused: number;
}

export interface SessionNumbers {
  /** Null if there is no link. */
  readonly link: LinkNumbers | null;
  /** Data messages since the session began; `counters.ts` defines what counts. */
  readonly frames: Pick<Counters, "sent" | "acked" | "received" | "dropped">;
  readonly resyncs: number;
  readonly snapshots: number;
  /** Bytes that the other end has not confirmed: input at a viewer, output at a host. */
  readonly pending: number;
  /** The streams of each service that the viewer has used; both ends name it alike. */
  readonly services: Readonly<Record<string, ServiceNumbers>>;
  /** Shown guesses, for a viewer that makes any. */
  readonly prediction?: { readonly right: number; readonly wrong: number };
}

/** The loss of the worse direction, if known. */
export function worse({ in: into, out }: LinkNumbers["loss"]): number | undefined {
  return into === null && out === null ? undefined : Math.max(into ?? 0, out ?? 0);
}

/** A viewer's statistics; `prediction` are the counts of its predictor, if it has one. */
export function viewerNumbers(
  session: ViewerSession,
  now: number,
  prediction?: { readonly right: number; readonly wrong: number },
): SessionNumbers {
  return {
    ...numbers(session, session.unsent, now),
    ...(prediction && { prediction: { right: prediction.right, wrong: prediction.wrong } }),
  };
}

/** A host's statistics for one viewer. */
export function hostNumbers(viewer: HostViewer, now: number): SessionNumbers {
  return numbers(viewer, viewer.backlog, now);
}

function numbers(
  { conversation, counters, streams }: {
    readonly conversation: LinkProtocol | undefined;
    readonly counters: Counters;
    readonly streams: PeerStreams;
  },
  pending: number,
  now: number,
): SessionNumbers {
  const { sent, acked, received, dropped, resyncs, snapshots } = counters;
  return {
    link: conversation === undefined ? null : linkNumbers(conversation, now),
    frames: { sent, acked, received, dropped },
    resyncs,
    snapshots,
    pending,
    services: streams.numbers,
  };
}

function linkNumbers(conversation: LinkProtocol, now: number): LinkNumbers {
  const { link, path, reader } = conversation;
  const { transportRttMs, channels, dropped } = link.stats();
  const { rtt } = path;
  const late = Math.max(0, Math.round(conversation.late(now)));
  return {
    id: link.id,
    path: link.path,
    bulk: link.separateBulk,
    rtt: {
      smoothed: tenths(rtt.srtt),
      deviation: rtt.srtt === undefined ? null : tenths(rtt.rttvar),
      least: tenths(rtt.floor),
      transport: tenths(transportRttMs),
    },
    jitter: tenths(path.jitter)!,
    loss: { out: thousandths(path.lossOut), in: thousandths(path.lossIn) },
    lost: { out: path.lostOut, in: path.lostIn },
    throughput: { out: throughput(conversation.rates.out, now), in: throughput(conversation.rates.in, now) },
    fallback: conversation.fallback.on,
    health: rtt.srtt === undefined ? null : health({
      loss: Math.max(path.lossOutLong ?? 0, path.lossIn ?? 0),
      smoothed: rtt.srtt,
      least: rtt.floor ?? rtt.srtt,
      jitter: path.jitter,
      outages: path.outages(now) + late,
    }),
    silent: Math.max(0, Math.round(now - path.heardAt)),
    late,
    channels: { ctrl: { ...channels.ctrl }, term: { ...channels.term }, bulk: { ...channels.bulk } },
    refused: dropped + reader.malformed,
  };
}

/** Milliseconds to a tenth: the clocks are no finer. */
function tenths(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}

function thousandths(fraction: number | undefined): number | null {
  return fraction === undefined ? null : Math.round(fraction * 1000) / 1000;
}

function throughput(meter: RateMeter, now: number): Throughput {
  return { now: Math.round(meter.now(now)), mean: Math.round(meter.mean(now)) };
}
