/** One viewer of a shared terminal, in a terminal or a browser. Pure: its owner feeds it events, and polls it when it is due. */
import type { FrameOf } from "../../frames/frame.ts";
import { type Role, type Welcome, WIRE_VERSION } from "../../frames/link_frames.ts";
import type { Packet } from "../../frames/packet.ts";
import { bounded, type Size } from "../../frames/size.ts";
import type { Channel, Link } from "../../transport/link.ts";
import { PeerStreams } from "../streams/peer_streams.ts";
import { LinkProtocol } from "../sync/link_protocol.ts";
import { linkProtocolOptions } from "../sync/link_protocol_options.ts";
import { Counters } from "../sync/counters.ts";
import { type FrameFrom, isFrom } from "../../frames/frame_sides.ts";
import { ViewerInputs } from "./viewer_inputs.ts";
import { BulkClient } from "./bulk_client.ts";
import { shared, viewerFeatures } from "../links/features.ts";
import { LinkRequests } from "../links/link_requests.ts";
import { LinkSelector } from "../links/link_selector.ts";
import { VIEWER } from "../links/selection_policy.ts";
import { versionsDiffer } from "../links/protocol_version.ts";
import type { ViewerIo, ViewerOptions } from "./viewer_io.ts";
import { ViewerNotices } from "./viewer_notices.ts";
import { ViewerOutput } from "./viewer_output.ts";

/** A viewer's end of a session, over any number of links. */
export class ViewerSession {
  readonly #bulk: BulkClient;
  readonly #output: ViewerOutput;
  readonly streams: PeerStreams;
  readonly counters = new Counters();
  readonly inputs: ViewerInputs;
  readonly #links = new LinkSelector<LinkProtocol>(VIEWER);
  readonly linkRequests: LinkRequests;
  #window: Size;
  /** What the Hello of each link contained. */
  readonly #told = new WeakMap<LinkProtocol, Size>();
  readonly #notices: ViewerNotices;
  #exit: FrameOf<"Exit"> | undefined;
  #over = false;

  constructor(private readonly io: ViewerIo, private readonly options: ViewerOptions, window: Size) {
    this.#window = bounded(window);
    this.inputs = new ViewerInputs(this.counters, () => io.changed());
    this.linkRequests = new LinkRequests(this.#links, () => this.inputs.keyboard.unackedSince, io.now());
    this.streams = new PeerStreams("viewer", io, () => undefined);
    this.#notices = new ViewerNotices(io);
    this.#bulk = new BulkClient(io, () => this.conversation);
    this.#output = new ViewerOutput(io, this.counters, (little) => this.#isShown(little));
  }

  /** The output version that is on the screen. */
  get shown(): number {
    return this.#output.shown;
  }

  /** What the host lets us do; undefined before its Welcome. */
  get role(): Role | undefined {
    return this.#notices.role;
  }

  /** Input that the host has not confirmed, in bytes. */
  get unsent(): number {
    return this.inputs.keyboard.unsent;
  }

  get conversation(): LinkProtocol | undefined {
    return this.#links.current;
  }

  /** Uses `link` as soon as the host welcomes this viewer there; until then the previous link stays in use. */
  attach(link: Link): void {
    const now = this.io.now();
    const own = { ack: () => this.#output.ack, streams: this.streams };
    const options = linkProtocolOptions(this.options, this.io, "TerminalInput", "the host", own);
    const conversation = new LinkProtocol(link, options, now, this.counters);
    this.#links.opened(conversation, now);
    this.#output.attached();
    this.#hello(conversation);
    link.onmessage = (channel, bytes) => {
      const packet = conversation.heard(channel, bytes, this.io.now());
      if (packet && !this.#over) this.#heard(conversation, packet, channel);
      this.io.changed();
    };
    link.closed.then(() => {
      if (this.#links.closed(link, this.io.now()) && this.#links.answered) {
        // On a previous link: what the host said there meanwhile was not handled.
        this.#hello(this.conversation!);
        this.#goOn(this.inputs.keyboard.start);
      }
      this.io.changed();
    });
  }

  #hello(conversation: LinkProtocol): void {
    this.#told.set(conversation, this.#window);
    const { name, screen = true } = this.options;
    const about = { protocol: WIRE_VERSION, features: viewerFeatures(screen), name };
    const has = { ...this.#output.at, input: this.inputs.keyboard.start };
    conversation.tell({ type: "Hello", ...about, ...has, ...this.#window }, this.io.now());
  }

  #heard(conversation: LinkProtocol, { frames }: Packet, channel: Channel): void {
    this.#output.packet();
    for (const frame of frames) {
      if (!isFrom("host", frame)) throw new Error(`${frame.type} on ${channel} comes from viewers only`);
      const now = this.io.now();
      // Once per link: it answers our Hello.
      if (frame.type === "Welcome" && this.#links.greeted(conversation, now)) {
        this.#welcome(frame, conversation);
      } else if (conversation === this.conversation) this.#take(frame);
      // The host uses a link that this viewer has left: a frame here makes it follow.
      else if (!this.#links.isNewer(conversation)) this.conversation?.ackBy(now);
      // The screen may arrive before the Welcome.
      else if (frame.type === "Snapshot" || frame.type === "Output") this.#take(frame);
    }
  }

  /** Sends input. The caller stops reading the keyboard while {@link unsent} is at TYPED_LIMIT. */
  type(bytes: Uint8Array): void {
    if (this.#over || this.role === "view") return;
    this.inputs.keyboard.type(bytes);
    this.io.changed();
  }

  /** The viewer's own window changed. A window beyond the limit is reported as the limit: the host would refuse it. */
  resize(window: Size): void {
    this.#window = bounded(window);
    if (this.#links.answered) this.conversation?.tell({ type: "Window", ...this.#window }, this.io.now());
  }

  /** Requests history rows; the answer comes to {@link ViewerIo.history}. Returns false if there is no link. */
  askLines(id: number, era: number, from: number, to: number): boolean {
    return this.#bulk.askLines(id, era, from, to);
  }

  /** Requests a picture from a byte on, for {@link ViewerIo.picture}; false if there is no link, or the host has no pictures. */
  askPicture(id: string, from: number): boolean {
    return this.#bulk.askPicture(id, from);
  }

  leave(why: string): void {
    this.#over = true;
    for (const word of this.streams.leave()) {
      this.conversation?.queue(word, word.type === "Credit" ? "ctrl" : "bulk");
    }
    this.conversation?.flush(this.io.now());
    this.conversation?.tell({ type: "Bye", why }, this.io.now());
    this.streams.close(why);
  }

  poll(): void {
    const now = this.io.now();
    this.#notices.poll(now);
    this.#links.poll(now);
    const { conversation } = this;
    if (!conversation || !this.#links.answered) return;
    this.inputs.flush(conversation, now);
    conversation.ack(now);
    if (now >= this.#resyncAt()) this.resync();
  }

  /** Requests the present screen, whatever is shown. */
  resync(): void {
    this.io.log("Sending ResyncRequest");
    this.counters.resyncs++;
    this.conversation?.tell({ type: "Resync", ...this.#output.at }, this.io.now());
    this.#output.resyncAsked(this.io.now());
  }

  /** When {@link poll} is next due; the clock's ms. */
  due(): number {
    const { conversation } = this;
    const due = Math.min(this.#notices.due, this.#links.due);
    if (!conversation || !this.#links.answered) return due;
    const now = this.io.now();
    return Math.min(due, conversation.due(now), this.#resyncAt(), this.inputs.due(now));
  }

  #resyncAt(): number {
    const path = this.conversation?.path;
    // During an outage nothing reliable is sent: SCTP's timer for it would delay everything else for seconds afterwards.
    return path?.silent(this.io.now()) ? Infinity : this.#output.resyncAt(path?.rtt.srtt ?? 0);
  }

  #take(frame: FrameFrom<"host">): void {
    switch (frame.type) {
      case "Output":
        return this.#output.receive(frame);
      case "Snapshot":
        return this.#output.receivePart(frame);
      case "InputAck":
        if (this.#links.answered) this.inputs.keyboard.acked(frame, this.io.now());
        return this.#output.effect(frame.effect);
      case "EventsAck":
        return this.inputs.desktop.acked(frame, this.io.now());
      case "Probe":
        return this.inputs.heard();
      case "Lines":
      case "PackedLines":
      case "Picture":
        return this.#bulk.take(frame);
      case "Exit":
        this.#exit ??= frame;
        return this.#checkExit();
      case "Bye":
        this.#over = true;
        this.streams.close(frame.why);
        return this.io.dismissed(frame.why);
      case "OtherProtocol":
        this.leave("another protocol version");
        return this.io.dismissed(versionsDiffer(frame.protocol, WIRE_VERSION));
      case "Notice":
      case "Offered":
      case "Role":
        return this.#notices.take(frame);
      case "Welcome":
      case "Routing":
        return; // said again; the link's own
    }
  }

  #welcome(welcome: Welcome, conversation: LinkProtocol): void {
    this.#bulk.features = shared(viewerFeatures(true), welcome.features);
    this.#notices.role = welcome.role;
    this.#goOn(welcome.have);
    // It changed since the Hello: a report on the previous link came after that.
    if (this.#window !== this.#told.get(conversation)) this.resize(this.#window);
    this.io.welcomed(welcome);
  }

  /** Uses the current link, to a host that has applied all input below `have`. */
  #goOn(have: number): void {
    const conversation = this.conversation!;
    this.inputs.goOn(have, conversation, this.#bulk.features);
    this.streams.use(this.#bulk.features.has("streams") ? conversation : undefined, this.io.now());
    conversation.ackBy(this.io.now()); // the host may have gone back to the link before
  }

  #isShown(little: boolean): void {
    this.conversation?.shown(little && !this.options.lateTimers, this.io.now());
    this.#checkExit();
    this.io.changed();
  }

  #checkExit(): void {
    if (!this.#exit || this.#over || this.#output.shown < this.#exit.version) return;
    this.leave("the command ended");
    this.io.exited({ code: this.#exit.code, signal: this.#exit.signal });
  }
}
