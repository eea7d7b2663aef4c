/** What a conversation is told of the end that it belongs to. */
import type { Routing } from "../../frames/message.ts";
import { ROUTING_WORDS } from "./adaptive_routing.ts";

/** Logs which channel a message takes. */
export interface Trace {
  readonly log: (words: string) => void;
  /** What this end's `Data` is called. */
  readonly data: "TerminalOutput" | "TerminalInput";
}

export interface LinkProtocolOptions {
  /** Who talks at the other end. */
  readonly from: "viewer" | "host";
  /** Keep everything on `ctrl` (`--force-single-channel`). */
  readonly single: boolean;
  /** From which loss large output takes `ctrl` (`adaptive_routing.ts`). */
  readonly fallbackLoss: number;
  /** Large output takes another channel. */
  readonly routed: (how: Routing) => void;
  /** Is told the channel of each message; absent when nobody listens, so that no words are put together. */
  readonly trace?: Trace;
}

/** The options of one end: `data` is what its `Data` is called in the trace, `peer` the other one in the log. */
export function linkProtocolOptions(
  end: { readonly singleChannel: boolean; readonly fallbackLoss?: number },
  io: { log(words: string): void; trace?(words: string): void },
  data: Trace["data"],
  peer: string,
): LinkProtocolOptions {
  return {
    from: data === "TerminalOutput" ? "viewer" : "host",
    single: end.singleChannel,
    fallbackLoss: end.fallbackLoss ?? Infinity,
    routed: (how) => io.log(`${ROUTING_WORDS[how]} (${peer})`),
    ...(io.trace && { trace: { log: (words) => io.trace!(words), data } }),
  };
}
