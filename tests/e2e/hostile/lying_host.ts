/** A host whose services lie: honest on the way in and with streams, unless a test says frames of its own. */
import { startRoad } from "../../../road/server.ts";
import type { Frame } from "../../../frames/frame.ts";
import type { StreamFrame } from "../../../frames/stream_frames.ts";
import { hostFeatures } from "../../../session/links/features.ts";
import { decodeHead, type ServiceStream, serviceStream } from "../../../session/services/service_stream.ts";
import { encodeMessage } from "../../../session/services/messages.ts";
import { StreamTable } from "../../../session/streams/stream_table.ts";
import { HostileHost, welcome } from "../hostile_host.ts";

/** Bytes of data in one turn, less than the road relays for one peer; and the time between two, ms. */
const TURN = 16 * 1024;
const AGAIN = 5;

type Say = (frame: Frame) => boolean;
/** Answers one stream; what it throws is ignored, as its viewer may leave. */
export type Lie = (stream: ServiceStream, head: Readonly<Record<string, unknown>>) => Promise<void>;
/** Takes a frame in place of the streams; true if it did. */
export type RawLie = (frame: StreamFrame, tell: Say) => boolean;

export class LyingHost implements AsyncDisposable {
  private constructor(
    /** As people type it. */
    readonly code: string,
    private readonly stack: AsyncDisposable,
  ) {}

  /** @param raw looks at each frame of streams first */
  static async start(lie: Lie, raw: RawLie = () => false): Promise<LyingHost> {
    await using stack = new AsyncDisposableStack();
    const road = stack.use(await startRoad());
    let latest: Viewer | undefined;
    const host = stack.use(
      await HostileHost.start(road.url, (frame, tell) => {
        if (frame.type === "Hello") {
          for (const first of welcome("here")) {
            tell(first.type === "Welcome" ? { ...first, features: hostFeatures(false) } : first);
          }
          latest?.[Symbol.dispose]();
          latest = new Viewer(lie, (frame) => tell(frame, "bulk"));
        } else if ("stream" in frame && !raw(frame, (answer) => tell(answer, "bulk"))) latest?.receive(frame);
      }),
    );
    stack.defer(() => latest?.[Symbol.dispose]());
    const [, session, words] = /\/j\/([^#]+)#(.+)$/.exec(host.url)!;
    const { host: at } = new URL(road.url);
    return new LyingHost(`${session}-${words}@${at}`, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
  }
}

/** The streams of the viewer that joined last. */
class Viewer implements Disposable {
  readonly #table: StreamTable;
  readonly #timer = setInterval(() => this.#send(), AGAIN);

  constructor(lie: Lie, private readonly say: Say) {
    const io = { now: () => performance.now(), changed: () => {}, srtt: () => 1, log: () => {} };
    this.#table = new StreamTable("host", io, () => (stream, head) => {
      lie(serviceStream(stream), decodeHead(head)).catch(() => {});
    });
  }

  receive(frame: StreamFrame): void {
    this.#table.receive(frame);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #send(): void {
    for (let left = TURN; left > 0;) {
      const frame = this.#table.next(left);
      if (!frame) return;
      if (!this.say(frame)) return this.#table.restart();
      left -= frame.type === "Data" ? frame.data.length : 20;
    }
  }
}

/** Says values and bytes, one after the other, and ends. */
export const say = (...parts: unknown[]): Lie => async ({ writable }) => {
  const writer = writable.getWriter();
  for (const part of parts) await writer.write(part instanceof Uint8Array ? part : encodeMessage(part));
  await writer.close();
};
/** Says `parts`, and then `more` for ever. */
export const endless =
  (parts: readonly unknown[], more: () => Uint8Array): Lie => async ({ writable, signal }) => {
    const writer = writable.getWriter();
    for (const part of parts) await writer.write(encodeMessage(part));
    while (!signal.aborted) await writer.write(more());
  };
