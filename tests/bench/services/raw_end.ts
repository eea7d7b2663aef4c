/**
 * One end of a bare data channel, reliable and ordered as `beach/bulk/1` is: what SCTP itself carries, with nothing of Beach above it. It
 * signals in JSON lines on stdin and stdout. The end that sends pushes bytes; the one that receives says when they came:
 *
 *     raw_end.ts send|receive '{"bytes": …, "message": …, "ahead": …, "sctp": {…}}'
 */
import ndc from "node-datachannel";

/** What is sent, and how. */
export interface RawSettings {
  /** Bytes in all. */
  readonly bytes: number;
  /** Bytes of one message. */
  readonly message: number;
  /** Bytes that the library is given above what has left it. */
  readonly ahead: number;
  /** Of `setSctpSettings`. */
  readonly sctp: ndc.SctpSettings;
}

/** A line between the two, and what the receiver says at the end. */
export type RawLine =
  | { readonly description: { readonly type: "offer" | "answer"; readonly sdp: string } }
  | { readonly candidate: string; readonly mid: string }
  /** From the first byte to the last, ms. */
  | { readonly took: number };

function say(line: RawLine): void {
  const bytes = new TextEncoder().encode(JSON.stringify(line) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

function send(channel: ndc.DataChannel, { bytes, message, ahead }: RawSettings): void {
  const data = new Uint8Array(message);
  let left = bytes;
  const push = () => {
    for (; left > 0 && channel.bufferedAmount() < ahead; left -= message) {
      channel.sendMessageBinary(left < message ? data.subarray(0, left) : data);
    }
  };
  channel.setBufferedAmountLowThreshold(ahead / 2);
  channel.onBufferedAmountLow(push);
  channel.onOpen(push);
}

/** Says the time that the bytes took. It begins with the first of them, so one message too late. */
function receive(channel: ndc.DataChannel, { bytes }: RawSettings): void {
  let began = 0;
  let got = 0;
  channel.onMessage((message) => {
    if (got === 0) began = performance.now();
    got += typeof message === "string" ? 0 : message.byteLength;
    if (got >= bytes) say({ took: performance.now() - began });
  });
}

async function main(): Promise<void> {
  const [role = "", words = ""] = Deno.args;
  const settings = JSON.parse(words) as RawSettings;
  ndc.setSctpSettings(settings.sctp);
  const peer = new ndc.PeerConnection("raw", {
    iceServers: [],
    maxMessageSize: Math.max(settings.message, 64 * 1024),
  });
  peer.onLocalDescription((sdp, type) =>
    say({ description: { type: type === "offer" ? "offer" : "answer", sdp } })
  );
  peer.onLocalCandidate((candidate, mid) => say({ candidate, mid }));
  const open = () => peer.createDataChannel("raw", { negotiated: true, id: 0 });
  let channel: ndc.DataChannel | undefined;
  if (role === "send") send(channel = open(), settings);
  const decoder = new TextDecoder();
  let input = "";
  /** Candidates that came before the description, which the library can't take. */
  let described = false;
  const early: { readonly candidate: string; readonly mid: string }[] = [];
  for await (const chunk of Deno.stdin.readable) {
    const lines = (input + decoder.decode(chunk, { stream: true })).split("\n");
    input = lines.pop()!;
    for (const text of lines) {
      const line: RawLine = JSON.parse(text);
      if ("description" in line) {
        peer.setRemoteDescription(line.description.sdp, line.description.type as ndc.DescriptionType);
        described = true;
        if (!channel) receive(channel = open(), settings);
        for (const { candidate, mid } of early.splice(0)) peer.addRemoteCandidate(candidate, mid);
      } else if ("candidate" in line) {
        if (described) peer.addRemoteCandidate(line.candidate, line.mid);
        else early.push(line);
      }
    }
  }
  Deno.exit(0);
}

if (import.meta.main) await main();
