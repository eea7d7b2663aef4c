/** The host's side of one viewer: what it has, what is sent to it next, what it typed. */
import { type Hello, WIRE_VERSION } from "../../frames/link_frames.ts";
import type { Size } from "../../frames/size.ts";
import type { Link } from "../../transport/link.ts";
import { may, roleOf } from "../roster/grant.ts";
import type { ByteLog } from "../sync/byte_log.ts";
import { LinkProtocol } from "../sync/link_protocol.ts";
import { linkProtocolOptions } from "../sync/link_protocol_options.ts";
import { Counters } from "../sync/counters.ts";
import { type FrameFrom, isFrom } from "../../frames/frame_sides.ts";
import type { HostContext } from "./host_io.ts";
import { ContentServer } from "./content_server.ts";
import { DesktopReceiver } from "./desktop_receiver.ts";
import { hostFeatures, NO_SCREEN, shared } from "../links/features.ts";
import { LinkSelector } from "../links/link_selector.ts";
import { HOST } from "../links/selection_policy.ts";
import { type RequestKind, RequestLimits } from "../links/request_limits.ts";
import type { PeerStreams } from "../streams/peer_streams.ts";
import { type HostedMember, viewerStreams } from "./viewer_streams.ts";
import { OutputFeed } from "./output_feed.ts";
import { type Feed, UnwatchedFeed } from "./unwatched_feed.ts";
import { ViewerInput } from "./viewer_input.ts";
import { ViewerNotices } from "./viewer_notices.ts";
import { versionsDiffer } from "../links/protocol_version.ts";

/** One viewer at the host, over any number of links. */
export class HostViewer {
  readonly links = new LinkSelector<LinkProtocol>(HOST);
  #feed: Feed;
  /** What it types, and does with the desktop. */
  readonly input: ViewerInput;
  readonly #requests = new RequestLimits();
  readonly #content: ContentServer;
  /** What services opened, here or there. */
  readonly streams: PeerStreams;
  readonly counters = new Counters();
  readonly notices: ViewerNotices;
  #done = false;
  #exitSent = false;
  /** Its window, as last reported on its current link. */
  window: Size | undefined;
  readonly #windows = new WeakMap<LinkProtocol, Size>();
  /** When it last typed; the clock's ms. */
  typedAt = 0;

  constructor(
    readonly peer: string,
    readonly member: HostedMember,
    private readonly log: ByteLog,
    private readonly host: HostContext,
    /** How much of its input was applied before it was forgotten, if it was here before. */
    former = 0,
  ) {
    this.#feed = new OutputFeed(log, host, this.counters, peer);
    this.#content = new ContentServer(host);
    this.streams = viewerStreams(member, host);
    this.notices = new ViewerNotices(member, (frame) => void this.conversation?.tell(frame, host.now()));
    const taken = () => {
      this.conversation?.applied(host.now());
      host.changed();
    };
    const events = { mayType: () => may(member.grant, "type"), give: this.#give.bind(this), taken };
    const desktop = new DesktopReceiver(member, host, () => this.conversation);
    this.input = new ViewerInput(events, desktop, this.counters, host.now, former);
  }

  get link(): Link | undefined {
    return this.conversation?.link;
  }

  get conversation(): LinkProtocol | undefined {
    return this.links.current;
  }

  /** Whether it has shown the last byte and the exit status, or said goodbye. */
  get done(): boolean {
    return this.#done;
  }

  /** Bytes of output that it has not confirmed. */
  get backlog(): number {
    return this.#feed.backlog;
  }

  /**
   * Uses `link` as soon as the viewer says Hello on it. Until then, and for messages in flight, the previous link stays in use: a change of
   * links delays no key by a round trip.
   */
  attach(link: Link): void {
    const own = { ack: (now: number) => this.input.ack(now), streams: this.streams };
    const options = linkProtocolOptions(this.host, this.host, "TerminalOutput", this.peer, own);
    const conversation = new LinkProtocol(link, options, this.host.now(), this.counters);
    this.links.opened(conversation, this.host.now());
    link.onmessage = (channel, bytes) => {
      const packet = conversation.heard(channel, bytes, this.host.now());
      for (const frame of packet?.frames ?? []) {
        if (!isFrom("viewer", frame)) throw new Error(`${frame.type} on ${channel} comes from hosts only`);
        this.#heard(conversation, frame, packet!.header?.time);
      }
      this.host.changed();
    };
  }

  /** @param said when it was sent, by the viewer's own clock, if the packet tells */
  #heard(conversation: LinkProtocol, frame: FrameFrom<"viewer">, said: number | undefined): void {
    if (frame.type === "Hello" || frame.type === "Window") {
      this.#windows.set(conversation, { cols: frame.cols, rows: frame.rows });
    }
    this.#follow(conversation, frame, said);
    if (conversation === this.conversation) this.#take(frame);
    // Input that comes on another link of the same viewer counts too: offsets keep it in order.
    else if (frame.type === "Input" || frame.type === "Events") this.input.accept(frame);
    else if (frame.type === "Bye") this.#gone();
  }

  /** The link is gone; what the viewer has stays known for the next one. */
  detach(link: Link): void {
    if (this.links.closed(link, this.host.now())) this.#pause();
  }

  #pause(): void {
    this.#feed.stop();
    this.#exitSent = false;
  }

  #follow(conversation: LinkProtocol, frame: FrameFrom<"viewer">, said: number | undefined): void {
    const now = this.host.now();
    if (frame.type === "Hello") {
      if (this.links.greeted(conversation, now)) this.#pause();
    } else if (this.links.moved(conversation, said, now)) {
      // A viewer that assumes an outage sends more once it is answered.
      if (frame.type === "Probe") return conversation.ack(now);
      if (frame.type !== "OutputAck") return;
      this.links.follow(conversation, now);
      this.#pause();
      this.#requests.ask("Move", () => this.#begin(frame, conversation), now);
    }
  }

  /** Output and streams continue on `conversation`, unless the viewer has left it while this waited. */
  #begin({ have, gen }: Pick<Hello, "have" | "gen">, conversation: LinkProtocol, streams = true): void {
    if (conversation !== this.conversation) return;
    this.host.log(`${this.peer} continues on ${conversation.link.id}`);
    this.#feed.begin(conversation, have, gen);
    this.streams.use(streams ? conversation : undefined, this.host.now());
    this.#windowTold();
  }

  /** The screen changed without output (a resize). */
  regenerate(): void {
    this.#feed.want("the size changed");
  }

  bye(why: string): void {
    this.conversation?.tell({ type: "Bye", why }, this.host.now());
    this.#done = true;
  }

  #take(frame: FrameFrom<"viewer">): void {
    const conversation = this.conversation!;
    const ask = (kind: RequestKind, answer: () => void) => this.#requests.ask(kind, answer, this.host.now());
    switch (frame.type) {
      case "Hello":
        return ask("Hello", () => this.#hello(frame, conversation));
      case "OtherProtocol":
        return ask("Hello", () => this.bye(versionsDiffer(WIRE_VERSION, frame.protocol)));
      case "Input":
      case "Events":
      case "Position":
        return this.input.accept(frame);
      case "OutputAck":
        return this.#feed.ack(frame.have, frame.gen, frame.sack, this.host.now());
      case "Probe":
        return this.#feed.heard();
      case "Resync":
        return ask("Resync", () => this.#resync(frame.have));
      case "Window":
        return ask("Window", () => this.#windowTold());
      case "LinesRequest":
      case "PictureRequest":
        return ask(frame.type, () => void this.#content.serve(frame, conversation));
      case "Bye":
        return this.#gone();
    }
  }

  #gone(): void {
    this.#done = true;
    this.streams.close("the viewer has left");
  }

  #resync(have: number): void {
    this.host.log(`Received ResyncRequest from ${this.peer}: it has version ${have}`);
    this.counters.resyncs++;
    this.#feed.want("the viewer asked for it");
  }

  #hello(hello: Hello, conversation: LinkProtocol): void {
    if (conversation !== this.conversation) return;
    this.input.resume(hello.input);
    const features = hostFeatures(this.host.desktop() !== undefined);
    const about = { protocol: WIRE_VERSION, features, title: this.host.title() };
    const at = { role: roleOf(this.member.grant), gen: this.host.gen(), have: this.input.have };
    conversation.tell({ type: "Welcome", ...about, ...this.host.size(), ...at }, this.host.now());
    this.notices.again();
    this.#pause();
    const both = shared(features, hello.features);
    if (both.has(NO_SCREEN)) this.#feed = new UnwatchedFeed();
    this.#begin(hello, conversation, both.has("streams"));
  }

  #windowTold(): void {
    this.window = this.#feed.watched ? this.#windows.get(this.conversation!) : undefined;
    this.host.windowChanged();
  }

  #give(bytes: Uint8Array): Promise<void> | void {
    this.#feed.typed(this.typedAt = this.host.now());
    this.host.watch?.typed(this.member, bytes);
    return this.host.type(bytes);
  }

  /** Sends what is due. */
  poll(now: number): void {
    this.links.poll(now);
    this.#requests.poll(now);
    const { conversation } = this;
    if (!conversation || !this.#feed.on) return;
    if (this.input.showsMore(now)) conversation.ackBy(now);
    this.#feed.poll(now);
    conversation.ack(now);
    const exit = this.host.exit();
    if (exit && !this.#exitSent && this.#feed.complete) {
      const version = this.#feed.watched ? this.log.end : 0;
      this.#exitSent = conversation.tell({ type: "Exit", version, ...exit }, now);
    }
  }

  /** When {@link poll} is next due. */
  due(now: number): number {
    const { conversation } = this;
    const asked = Math.min(this.links.due, this.#requests.due);
    if (!conversation || !this.#feed.on) return asked;
    return Math.min(this.#feed.due(now), this.input.due, conversation.due(now), asked);
  }
}
