/** A viewer that lies to its host: honest on the way in, and then it says whatever frames a test likes, over the road's relay. */
import type { Frame } from "../../../frames/frame.ts";
import { WIRE_VERSION } from "../../../frames/link_frames.ts";
import { joinSession } from "../../../cli/join/join_peering.ts";
import { complete } from "../../../cli/join/join_secret.ts";
import { parse } from "../../../cli/options/options.ts";
import type { CallOptions } from "../../../cli/options/invocation.ts";
import { hostFeatures } from "../../../session/links/features.ts";
import type { Link, LinkClosed } from "../../../transport/link.ts";
import { deadline } from "../../support/deadline.ts";
import { framesOf, packetOf } from "../../frames/packets.ts";
import { START } from "../scene.ts";

/** Frames of one packet: as many as a packet may have cost least. */
const TOGETHER = 64;
/** Bytes of one packet of data, at the most. */
const PACKET = 32 * 1024;
/** More than this waits for the road; bytes. */
const AHEAD = 1024 * 1024;

export class LyingViewer implements AsyncDisposable {
  private constructor(private readonly link: Link, private readonly stack: AsyncDisposable) {}

  /** Joins as `beach call` does. `heard` gets each frame that the host says. */
  static async join(code: string, heard: (frame: Frame) => void = () => {}): Promise<LyingViewer> {
    const { options } = parse(["call", "--force-websocket", code, "1"], {}) as unknown as {
      options: CallOptions;
    };
    const { signal } = new AbortController();
    const linked = Promise.withResolvers<Link>();
    await using stack = new AsyncDisposableStack();
    stack.use(
      await joinSession(await complete(options, signal), null, () => {}, {
        link: linked.resolve,
        waiting: () => {},
        over: linked.reject,
      }, signal),
    );
    const link = await deadline(linked.promise, START, "a link");
    const welcomed = Promise.withResolvers<void>();
    link.onmessage = (_channel, bytes) => {
      for (const frame of framesOf(bytes)) {
        if (frame.type === "Welcome") welcomed.resolve();
        if (frame.type !== "OtherProtocol") heard(frame);
      }
    };
    const size = { cols: 80, rows: 24 };
    link.send(
      "ctrl",
      packetOf({
        ...{ type: "Hello", protocol: WIRE_VERSION, features: hostFeatures(false), name: "liar" },
        ...{ have: 0, gen: 0, input: 0, ...size },
      }),
    );
    await deadline(welcomed.promise, START, "a welcome");
    return new LyingViewer(link, stack.move());
  }

  /** Why its link ended, once it has. */
  get closed(): Promise<LinkClosed> {
    return this.link.closed;
  }

  /** Says `frames`, many in a packet, as fast as the road takes them. Settles when they are on their way; false if the link has ended. */
  async say(frames: Iterable<Frame>, together = TOGETHER): Promise<boolean> {
    let packet: Frame[] = [];
    let bytes = 0;
    for (const frame of frames) {
      packet.push(frame);
      bytes += "data" in frame ? frame.data.length : "head" in frame ? frame.head.length : 20;
      if (packet.length < together && bytes < PACKET) continue;
      if (!await this.#send(packet)) return false;
      packet = [];
      bytes = 0;
    }
    return packet.length === 0 || await this.#send(packet);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
  }

  async #send(packet: readonly Frame[]): Promise<boolean> {
    let over = false;
    void this.link.closed.then(() => over = true);
    while (this.link.buffered("bulk") > AHEAD || !this.link.send("bulk", packetOf(...packet))) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (over) return false;
    }
    return true;
  }
}
