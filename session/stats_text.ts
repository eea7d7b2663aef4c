/** The statistics of `stats.ts` as text, one line each, for logs and status lines. Pure. */
import type { ChannelStats, Path } from "../transport/link.ts";
import { type LinkNumbers, type SessionNumbers, worse } from "./stats.ts";

/** The beginnings of such log lines; the log always prints these once they were requested. */
export const STATS_WORDS = /^(?:Stats|WebRTC stats|Channel stats)\b/;

/** What people call a path, in a word. */
export const PATHS: Readonly<Record<Path, string>> = {
  direct: "direct",
  turn: "TURN",
  relay: "relay",
  memory: "memory",
};

/** The session's line: `RTT 101 ms ± 0.4, jitter …`. */
export function sessionLine(
  { link, frames, resyncs, snapshots, pending, services, prediction }: SessionNumbers,
): string {
  return [
    ...(link === null ? ["no link"] : [
      PATHS[link.path],
      roundTrip(link),
      `jitter ${link.jitter} ms`,
      `loss out ${percent(link.loss.out)} in ${
        percent(link.loss.in)
      } (${link.lost.out} and ${link.lost.in} lost)`,
      `throughput out ${rate(link.throughput.out)} in ${rate(link.throughput.in)}`,
      `health ${link.health ?? "unknown"}`,
      ...(link.fallback ? ["large output on the control channel"] : []),
    ]),
    `frames sent ${frames.sent} acked ${frames.acked} received ${frames.received} dropped ${frames.dropped}`,
    `resyncs ${resyncs}`,
    `snapshots ${snapshots}`,
    ...(prediction ? [`predictions right ${prediction.right} wrong ${prediction.wrong}`] : []),
    `pending ${bytes(pending)}`,
    ...Object.entries(services).map(([name, { open, opened, ...carried }]) =>
      `${name} ${open} of ${opened} streams open, ${bytes(carried.out)} out ${bytes(carried.in)} in`
    ),
  ].join(", ");
}

/** The link's line: which path, and the transport's round trip. */
export function linkLine(link: LinkNumbers | null): string {
  if (link === null) return "no link";
  return [
    `${link.id} by ${PATHS[link.path]}`,
    `transport RTT ${link.rtt.transport === null ? "unknown" : `${link.rtt.transport} ms`}`,
    `session ${roundTrip(link)} (least ${link.rtt.least ?? "unknown"})`,
    `bulk ${link.bulk ? "on a connection of its own" : "on the same connection"}`,
    `heard ${link.silent} ms ago`,
    `refused ${link.refused}`,
  ].join(", ");
}

/** The line of bytes and messages per channel. */
export function channelLine(link: LinkNumbers | null): string {
  if (link === null) return "no link";
  return (["ctrl", "term", "bulk"] as const).map((name) => `${name} ${traffic(link.channels[name])}`).join(
    ", ",
  );
}

/** As much as fits into 80 columns of a status line: the usual values first, rare ones after them. */
export function statusText({ link, frames, resyncs, prediction, pending }: SessionNumbers): string {
  if (link === null) return "no link";
  const guesses = prediction && prediction.right + prediction.wrong > 0
    ? [`guesses ${prediction.right}+ ${prediction.wrong}-`]
    : [];
  return [
    PATHS[link.path],
    link.rtt.smoothed === null
      ? "RTT unknown"
      : `RTT ${Math.round(link.rtt.smoothed)} ± ${Math.round(link.rtt.deviation ?? 0)} ms`,
    ...(link.health === null ? [] : [`health ${link.health}`]),
    worse(link.loss) === undefined
      ? "loss unknown"
      : `loss ${percent(link.loss.out)} out ${percent(link.loss.in)} in`,
    `frames ${frames.acked}/${frames.sent}`,
    `${bytes(link.throughput.out.now)}/s out ${bytes(link.throughput.in.now)}/s in`,
    ...guesses,
    ...(resyncs > 0 ? [`resyncs ${resyncs}`] : []),
    ...(pending > 0 ? [`pending ${bytes(pending)}`] : []),
  ].join("  ");
}

function roundTrip({ rtt }: LinkNumbers): string {
  return rtt.smoothed === null ? "RTT unknown" : `RTT ${rtt.smoothed} ± ${rtt.deviation} ms`;
}

function traffic({ sent, sentBytes, received, receivedBytes }: ChannelStats): string {
  return `sent ${sent} (${bytes(sentBytes)}) received ${received} (${bytes(receivedBytes)})`;
}

/** `12 kB/s now, 3.4 kB/s in the mean`. */
function rate({ now, mean }: { readonly now: number; readonly mean: number }): string {
  return `${bytes(now)}/s (mean ${bytes(mean)}/s)`;
}

function percent(fraction: number | null): string {
  return fraction === null ? "unknown" : `${Math.round(fraction * 1000) / 10}%`;
}

/** `0 B`, `999 B`, `1.5 kB`, `20 MB`: decimal, as is usual for networks. */
function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const [unit, size] = count < 1e6 ? ["kB", 1e3] : count < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  const value = count / (size as number);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
