/** The streams of one viewer at its host: those that it opens go to the host's services. */
import type { Member } from "../roster/grant.ts";
import type { ByteStream } from "../streams/byte_stream.ts";
import { PeerStreams } from "../streams/peer_streams.ts";
import type { StreamTableIo } from "../streams/table_io.ts";
import type { StreamWatch } from "../streams/traffic.ts";

/** A viewer as a service sees it. What it may do is looked at whenever it wants something: it may change. */
export type HostedMember = Pick<Member, "peer" | "grant">;

/** Takes a stream that a viewer has opened, with what it says of it; what it throws resets the stream. */
export type HostService = (stream: ByteStream, head: Uint8Array, member: HostedMember) => void;

/** Hears of the streams that any viewer opens, and whose they are, and of what viewers type. */
export type HostWatch =
  & {
    readonly [E in keyof StreamWatch]: (member: HostedMember, ...args: Parameters<StreamWatch[E]>) => void;
  }
  & {
    /** It typed `bytes`, each of them once, as it may; they must not be changed. */
    readonly typed: (member: HostedMember, bytes: Uint8Array) => void;
  };

/** The streams of `member`; `services` by name, as they are when one is asked for. */
export function viewerStreams(
  member: HostedMember,
  { services, watch, ...io }: Omit<StreamTableIo, "srtt" | "watch"> & {
    readonly services: ReadonlyMap<string, HostService>;
    readonly watch?: HostWatch;
  },
): PeerStreams {
  const own = watch && {
    opened: (...args: Parameters<StreamWatch["opened"]>) => watch.opened(member, ...args),
    closed: (...args: Parameters<StreamWatch["closed"]>) => watch.closed(member, ...args),
    refused: (service: string) => watch.refused(member, service),
  };
  return new PeerStreams("host", { ...io, watch: own }, (name) => {
    const service = services.get(name);
    return service && ((stream, head) => service(stream, head, member));
  });
}
