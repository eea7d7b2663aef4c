/** The networks of the ablation, and links over them: two associations (`term` and `ctrl`; `bulk`) that share one path each way. */
import { linkId, LinkState, StatefulLink } from "../../../transport/links/link_state.ts";
import type { Channel, Link, LinkClosed, LinkStats, Path } from "../../../transport/link.ts";
import { CLEAR_LINK, DirectedLink, type LinkShape, seededRandom } from "../../net/link.ts";
import { BulkLane } from "../../../transport/webrtc/bulk_lane.ts";
import type { EventClock } from "./clock.ts";
import { SctpEnd } from "./sctp.ts";
import type { Packet } from "./sctp_packet.ts";

const UDP = 17;
/** An acknowledgement of bulk waits so long, as in `transport/webrtc/webrtc_link.ts`; ms. */
const LANE_ACK = 10;

export interface Network {
  readonly name: string;
  /** One way. */
  readonly shape: Partial<LinkShape>;
  /** The chance that a `term` message is lost before it gets to the network: a box on the way that drops some packets. */
  readonly termLoss?: number;
}

export const NETWORKS: readonly Network[] = [
  { name: "loopback", shape: { delayMs: 0.05 } },
  { name: "100 ms", shape: { delayMs: 50 } },
  { name: "100 ms, 5 %", shape: { delayMs: 50, loss: 0.05 } },
  { name: "300 ms, 10 %", shape: { delayMs: 150, loss: 0.1 } },
  { name: "100 ms, 1 Mbit/s", shape: { delayMs: 50, rateKbit: 1000 } },
  { name: "100 ms, bursts", shape: { delayMs: 50, loss: 0.03, lossRun: 3 } },
  { name: "100 ms, `term` loses 20 %", shape: { delayMs: 50 }, termLoss: 0.2 },
];

/** One path between two ends, each way by itself. */
export class SimulatedPath {
  readonly #ways: readonly [DirectedLink, DirectedLink];
  readonly #shape: LinkShape;
  readonly random: () => number;

  constructor(readonly clock: EventClock, readonly network: Network, seed: number) {
    this.#shape = { ...CLEAR_LINK, ...network.shape };
    this.#ways = [new DirectedLink(`${seed} there`), new DirectedLink(`${seed} back`)];
    this.random = seededRandom(`${seed} term`);
    this.cut = false;
  }

  /** Nothing comes through either way. */
  set cut(down: boolean) {
    for (const way of this.#ways) way.reshape({ ...this.#shape, down });
  }

  /** Packets and their bytes that were put on the path. */
  get sent(): { readonly packets: number; readonly bytes: number } {
    const [there, back] = this.#ways.map(({ counters }) => counters);
    return { packets: there!.sent + back!.sent, bytes: there!.sentBytes + back!.sentBytes };
  }

  send(way: 0 | 1, bytes: number, arrive: () => void): void {
    const arrivals = new Float64Array(2);
    const times = this.#ways[way].send(this.clock.now, bytes, UDP, arrivals);
    for (let i = 0; i < times; i++) this.clock.schedule(arrivals[i]! - this.clock.now, arrive);
  }

  /** Both ends of a new link over it. */
  link(): readonly [Link, Link] {
    const ends = [new SimulatedLink(this, 0), new SimulatedLink(this, 1)] as const;
    ends[0].far = ends[1];
    ends[1].far = ends[0];
    return ends;
  }
}

class SimulatedLink extends StatefulLink implements Link {
  readonly id = linkId("simulated");
  readonly path: Path = "direct";
  readonly lossy = true;
  readonly separateBulk = true;
  far: SimulatedLink | undefined;
  protected readonly state = new LinkState((closed) => this.#end(closed));
  readonly #main = this.#association(() => this.far!.#main, (channel, message) => {
    this.state.receive(channel, message);
  });
  readonly #second = this.#association(() => this.far!.#second, (_, frame) => this.#laneFrame(frame));
  readonly #lane = new BulkLane(
    (_, frame) => {
      this.#second.send("bulk", frame);
      return true;
    },
    (message) => this.state.receive("bulk", message),
  );
  #ackWaits = false;

  constructor(private readonly way: SimulatedPath, private readonly direction: 0 | 1) {
    super();
    this.#lane.use("second", false);
  }

  send(channel: Channel, message: Uint8Array): boolean {
    this.state.checkSize(channel, message);
    if (!this.state.open) return false;
    this.state.sent(channel, message.length);
    const { termLoss = 0 } = this.way.network;
    if (channel === "term" && termLoss > 0 && this.way.random() < termLoss) return true;
    if (channel === "bulk") return this.#lane.send(message);
    this.#main.send(channel, message);
    return true;
  }

  buffered(channel: Channel): number {
    return channel === "bulk" ? this.#lane.buffered : this.#main.buffered(channel);
  }

  stats(): LinkStats {
    return { path: this.path, channels: this.state.counters(), dropped: this.state.dropped };
  }

  close(detail = "closed here"): Promise<void> {
    this.#end({ reason: "local", detail });
    return Promise.resolve();
  }

  #laneFrame(frame: Uint8Array): void {
    if (!this.#lane.receive("second", frame)) throw new Error("a malformed frame of bulk");
    if (!this.#lane.owesAck || this.#ackWaits) return;
    this.#ackWaits = true;
    this.way.clock.schedule(LANE_ACK, () => {
      this.#ackWaits = false;
      this.#lane.flushAck();
    });
  }

  #association(
    far: () => SctpEnd,
    deliver: (channel: Channel, message: Uint8Array) => void,
  ): SctpEnd {
    const transmit = (packet: Packet, bytes: number) => {
      this.way.send(this.direction, bytes, () => far().receive(packet));
    };
    return new SctpEnd(this.way.clock, transmit, deliver);
  }

  #end(closed: LinkClosed): void {
    this.state.end(closed);
  }
}
