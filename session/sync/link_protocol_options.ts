/** What a link's protocol is told of the end that it belongs to. */
import type { Routing } from "../../frames/link_frames.ts";
import type { InputAck } from "../../frames/input_frames.ts";
import type { OutputAck } from "../../frames/screen_frames.ts";
import type { StreamFrame } from "../../frames/stream_frames.ts";
import type { Link } from "../../transport/link.ts";
import type { FrameSource } from "../links/packet_scheduler.ts";
import { ROUTING_WORDS } from "./adaptive_routing.ts";

/** Logs which channel a frame takes. */
export interface Trace {
  readonly log: (words: string) => void;
  /** What this end's own stream is called. */
  readonly data: "TerminalOutput" | "TerminalInput";
}

/** The opened streams of the session, as its links see them. */
export interface StreamCarrier {
  /** Takes what the other end says of one, on whatever link. */
  receive(frame: StreamFrame): void;
  /** What goes on `link` next, if streams go there. */
  on(link: Link): FrameSource | undefined;
  /** The most bytes of streams that stand on `link`. */
  queuedOn(link: Link): number;
}

export interface LinkProtocolOptions {
  /** Who talks at the other end. */
  readonly from: "viewer" | "host";
  /** Keep everything on `ctrl` (`--force-single-channel`). */
  readonly single: boolean;
  /** From which loss large output takes `ctrl` (`adaptive_routing.ts`). */
  readonly fallbackLoss: number;
  /** What this end has of the other's stream, now: it goes with what is sent. */
  readonly ack: (now: number) => OutputAck | InputAck;
  readonly streams: StreamCarrier;
  /** Large output takes another channel. */
  readonly routed: (how: Routing) => void;
  /** Is told the channel of each frame; absent when nobody listens, so that no words are put together. */
  readonly trace?: Trace;
}

/** The options of one end: `data` is what its own stream is called in the trace, `peer` the other one in the log. */
export function linkProtocolOptions(
  end: { readonly singleChannel: boolean; readonly fallbackLoss?: number },
  io: { log(words: string): void; trace?(words: string): void },
  data: Trace["data"],
  peer: string,
  { ack, streams }: Pick<LinkProtocolOptions, "ack" | "streams">,
): LinkProtocolOptions {
  return {
    from: data === "TerminalOutput" ? "viewer" : "host",
    single: end.singleChannel,
    fallbackLoss: end.fallbackLoss ?? Infinity,
    ack,
    streams,
    routed: (how) => io.log(`${ROUTING_WORDS[how]} (${peer})`),
    ...(io.trace && { trace: { log: (words) => io.trace!(words), data } }),
  };
}
