/**
 * The numbers of a session that people can see, taken at one moment: `PROTOCOL.md`, "Numbers". Plain data that goes into JSON as it is, the same
 * for host, terminal viewer and browser.
 */
import type { Channel, ChannelStats, Path } from "../transport/link.ts";
import type { LinkProtocol } from "./sync/link_protocol.ts";
import type { Counters } from "./sync/counters.ts";
import { health } from "./links/health.ts";
import type { HostViewer } from "./host/host_viewer.ts";
import type { RateMeter } from "./links/rate.ts";
import type { ViewerSession } from "./viewer/viewer_session.ts";

/** One direction and the other, as this end sees them. */
interface Ways<T = number> {
  readonly out: T;
  readonly in: T;
}

/** Bytes a second: over the last two seconds, and since the link began. */
interface Throughput {
  readonly now: number;
  readonly mean: number;
}

/** The link in use; its figures begin anew with each link. Times in ms, null where not known yet. */
export interface LinkNumbers {
  readonly id: string;
  readonly path: Path;
  /** Whether bulk has a connection of its own. */
  readonly bulk: boolean;
  /** The session's own measure: smoothed, its mean deviation, and the least of late; and what the transport measures. */
  readonly rtt: {
    readonly smoothed: number | null;
    readonly deviation: number | null;
    readonly least: number | null;
    readonly transport: number | null;
  };
  /** How unevenly the path delivers, ms (RFC 3550, 6.4.1). */
  readonly jitter: number;
  /** Of the last 64 or so lossy messages each way, the fraction that was lost; null until 16 were reported. */
  readonly loss: Ways<number | null>;
  /** Lossy messages lost each way since the link began. */
  readonly lost: Ways;
  readonly throughput: Ways<Throughput>;
  /** Whether so much is lost that large output takes the reliable channel (`adaptive_routing.ts`). */
  readonly fallback: boolean;
  /** From 0 to 100: `health.ts`. Null before the first round trip. */
  readonly health: number | null;
  /** How long ago anything was heard, ms. */
  readonly silent: number;
  /** How much later the other end is than it should be, ms; 0 if it is not. */
  readonly late: number;
  readonly channels: Readonly<Record<Channel, ChannelStats>>;
  /** Messages that were forged, replayed or did not decode. */
  readonly refused: number;
}

export interface SessionNumbers {
  /** Null while there is none. */
  readonly link: LinkNumbers | null;
  /** Data messages since the session began; `counters.ts` says what counts. */
  readonly frames: Pick<Counters, "sent" | "acked" | "received" | "dropped">;
  readonly resyncs: number;
  readonly snapshots: number;
  /** Bytes that the other end has not confirmed: typed ones at a viewer, output at a host. */
  readonly pending: number;
  /** Guesses that were shown, where a viewer makes some. */
  readonly prediction?: { readonly right: number; readonly wrong: number };
}

/** The loss in the worse direction, as far as it is known. */
export function worse({ in: into, out }: LinkNumbers["loss"]): number | undefined {
  return into === null && out === null ? undefined : Math.max(into ?? 0, out ?? 0);
}

/** A viewer's numbers. `prediction`: the counts of its predictor, if it has one. */
export function viewerNumbers(
  session: ViewerSession,
  now: number,
  prediction?: { readonly right: number; readonly wrong: number },
): SessionNumbers {
  const { conversation, counters, unsent } = session;
  return {
    ...numbers(conversation, counters, unsent, now),
    ...(prediction && { prediction: { right: prediction.right, wrong: prediction.wrong } }),
  };
}

/** What a host knows of one viewer. */
export function hostNumbers(viewer: HostViewer, now: number): SessionNumbers {
  return numbers(viewer.conversation, viewer.counters, viewer.backlog, now);
}

function numbers(
  conversation: LinkProtocol | undefined,
  { sent, acked, received, dropped, resyncs, snapshots }: Counters,
  pending: number,
  now: number,
): SessionNumbers {
  return {
    link: conversation === undefined ? null : linkNumbers(conversation, now),
    frames: { sent, acked, received, dropped },
    resyncs,
    snapshots,
    pending,
  };
}

function linkNumbers(conversation: LinkProtocol, now: number): LinkNumbers {
  const { link, path, malformed } = conversation;
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
    refused: dropped + malformed,
  };
}

/** Milliseconds to a tenth: the clocks behind them give no more. */
function tenths(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}

function thousandths(fraction: number | undefined): number | null {
  return fraction === undefined ? null : Math.round(fraction * 1000) / 1000;
}

function throughput(meter: RateMeter, now: number): Throughput {
  return { now: Math.round(meter.now(now)), mean: Math.round(meter.mean(now)) };
}
