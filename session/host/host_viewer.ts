/** The host's side of one viewer: what it has, what it is sent next, what it typed. */
import { type Message, type Size, WIRE_VERSION } from "../../frames/message.ts";
import type { Channel, Link } from "../../transport/link.ts";
import { may, type Member, roleOf } from "../roster/grant.ts";
import type { ByteLog } from "../sync/byte_log.ts";
import { LinkProtocol, type Standing } from "../sync/link_protocol.ts";
import { linkProtocolOptions } from "../sync/link_protocol_options.ts";
import { Counters } from "../sync/counters.ts";
import { EchoTracker } from "../sync/echo_ack.ts";
import type { HostContext } from "./host_io.ts";
import { HistoryServer } from "./history_server.ts";
import { PictureServer } from "./picture_server.ts";
import { LinkSelector } from "../links/link_selector.ts";
import { HOST } from "../links/selection_policy.ts";
import { type RequestKind, RequestLimits } from "../links/request_limits.ts";
import { OutputFeed } from "./output_feed.ts";
import { InputReceiver } from "./input_receiver.ts";
import { versionsDiffer } from "../links/protocol_version.ts";

export class HostViewer {
  readonly links = new LinkSelector<LinkProtocol>(HOST);
  readonly #feed: OutputFeed;
  readonly #input: InputReceiver;
  readonly #requests = new RequestLimits();
  readonly #echo = new EchoTracker();
  readonly #lines: HistoryServer;
  readonly #pictures: PictureServer;
  readonly counters = new Counters();
  #done = false;
  #exitSent = false;
  /** Its window as it last said, on the link that it is on. */
  window: Size | undefined;
  readonly #windows = new WeakMap<LinkProtocol, Size>();
  /** When it last typed; the clock's ms. */
  typedAt = 0;

  constructor(
    readonly peer: string,
    readonly member: Pick<Member, "grant">,
    private readonly log: ByteLog,
    private readonly host: HostContext,
    /** What was applied of its input before it was forgotten, if it was here before. */
    former = 0,
  ) {
    this.#feed = new OutputFeed(log, host, this.counters, peer);
    this.#lines = new HistoryServer(host);
    this.#pictures = new PictureServer(host);
    this.#input = new InputReceiver({
      mayType: () => may(member.grant, "type"),
      give: (bytes) => this.#give(bytes),
      taken: () => this.#taken(),
    }, former);
  }

  get link(): Link | undefined {
    return this.conversation?.link;
  }

  get conversation(): LinkProtocol | undefined {
    return this.links.current;
  }

  /** True when it has shown the last byte and the exit status, or said goodbye. */
  get done(): boolean {
    return this.#done;
  }

  /** Bytes of output that it has not confirmed. */
  get backlog(): number {
    return this.#feed.backlog;
  }

  /**
   * Talks over `link` as soon as the viewer says Hello on it. Until then, and for what is on its way, the link before
   * goes on: a change of links costs no key a round trip.
   */
  attach(link: Link): void {
    const options = linkProtocolOptions(this.host, this.host, "TerminalOutput", this.peer);
    const conversation = new LinkProtocol(link, options, this.host.now(), this.counters);
    this.links.opened(conversation, this.host.now());
    link.onmessage = (channel, bytes) => {
      const message = conversation.heard(channel, bytes, this.host.now());
      if (message?.type === "Hello" || message?.type === "Window") {
        this.#windows.set(conversation, { cols: message.cols, rows: message.rows });
      }
      if (message) this.#follow(conversation, message);
      if (message && conversation === this.conversation) this.#take(message, channel);
      // On another link of the same viewer what was typed counts all the same: offsets keep it in order.
      else if (message?.type === "Data") this.counters.took(this.#input.accept(message));
      else if (message?.type === "Bye") this.#done = true;
      this.host.changed();
    };
  }

  /** The link is gone; what it has stays known for the next one. */
  detach(link: Link): void {
    if (this.links.closed(link, this.host.now())) this.#changed();
  }

  #changed(): void {
    this.#feed.stop();
    this.#exitSent = false;
  }

  #follow(conversation: LinkProtocol, message: Message): void {
    const now = this.host.now();
    if (message.type === "Hello") {
      if (this.links.greeted(conversation, now)) this.#changed();
    } else if (this.links.moved(conversation, "time" in message ? message.time : undefined, now)) {
      // One that takes the path for cut says more when it is answered.
      if (message.type === "Probe") return conversation.ack(this.#standing(now), now);
      if (message.type !== "Data" && message.type !== "Ack") return;
      this.host.log(`${this.peer} goes on on ${conversation.link.id}`);
      this.links.follow(conversation, now);
      this.#changed();
      this.#feed.begin(conversation, message.have, message.gen);
      this.#windowTold();
    }
  }

  /** The screen changed in a way that no bytes describe (a resize). */
  regenerate(): void {
    this.#feed.want("the size changed");
  }

  notice(text: string): void {
    this.conversation?.tell({ type: "Notice", text }, this.host.now());
  }

  bye(why: string): void {
    this.conversation?.tell({ type: "Bye", why }, this.host.now());
    this.#done = true;
  }

  #take(message: Message, channel: Channel): void {
    const now = this.host.now();
    const conversation = this.conversation!;
    const ask = (kind: RequestKind, answer: () => void) => this.#requests.ask(kind, answer, now);
    switch (message.type) {
      case "Hello":
        return ask("Hello", () => this.#hello(message, conversation));
      case "Data":
        this.counters.took(this.#input.accept(message));
        return this.#feed.ack(message.have, message.gen, message.sack, now);
      case "Ack":
        return this.#feed.ack(message.have, message.gen, message.sack, now);
      case "Probe":
        return this.#feed.heard();
      case "Resync":
        return ask("Resync", () => this.#resync(message.have));
      case "Window":
        return ask("Window", () => this.#windowTold());
      case "LinesRequest":
        return ask("LinesRequest", () => void this.#lines.serve(message, conversation));
      case "PictureRequest":
        return ask("PictureRequest", () => void this.#pictures.serve(message, conversation));
      case "Bye":
        return void (this.#done = true);
      case "Welcome":
      case "Snapshot":
      case "Lines":
      case "PackedLines":
      case "Picture":
      case "Exit":
      case "Notice":
      case "Routing":
        throw new Error(`${message.type} on ${channel} comes from hosts only`);
    }
  }

  #resync(have: number): void {
    this.host.log(`Received ResyncRequest from ${this.peer}: it has version ${have}`);
    this.counters.resyncs++;
    this.#feed.want("the viewer asked for it");
  }

  #hello(hello: Message & { type: "Hello" }, conversation: LinkProtocol): void {
    // It may have waited.
    if (conversation !== this.conversation) return;
    const now = this.host.now();
    if (hello.protocol !== WIRE_VERSION) return this.bye(versionsDiffer(WIRE_VERSION, hello.protocol));
    this.#input.resume(hello.input);
    const about = { protocol: WIRE_VERSION, role: roleOf(this.member.grant), title: this.host.title() };
    const at = { gen: this.host.gen(), have: this.#input.have };
    conversation.tell({ type: "Welcome", ...about, ...this.host.size(), ...at }, now);
    this.#feed.begin(conversation, hello.have, hello.gen);
    this.#windowTold();
    this.poll(now);
  }

  #windowTold(): void {
    this.window = this.#windows.get(this.conversation!);
    this.host.windowChanged();
  }

  /** Up to here its input was applied, or will be. */
  get applied(): number {
    return this.#input.received;
  }

  #give(bytes: Uint8Array): Promise<void> | void {
    this.typedAt = this.host.now();
    this.#feed.typed(this.typedAt);
    return this.host.type(bytes);
  }

  /** The program's terminal took what was typed. */
  #taken(): void {
    const now = this.host.now();
    this.#echo.typed(this.#input.have, now);
    this.conversation?.applied(now);
    this.host.changed();
  }

  /** Sends what is due. */
  poll(now: number): void {
    this.links.poll(now);
    this.#requests.poll(now);
    const { conversation } = this;
    if (!conversation || !this.#feed.on) return;
    // Before it is read below: a viewer's guesses wait for this word, not for the next output.
    if (this.#echo.due() <= now) conversation.ackBy(now);
    const standing = this.#standing(now);
    this.#feed.poll(standing, now);
    conversation.ack(standing, now);
    const exit = this.host.exit();
    if (exit && !this.#exitSent && this.#feed.complete) {
      this.#exitSent = conversation.tell({ type: "Exit", version: this.log.end, ...exit }, now);
    }
  }

  #standing(now: number): Standing {
    return {
      have: this.#input.have,
      gen: this.#feed.gen,
      sack: this.#input.sack,
      effect: this.#echo.effect(now),
    };
  }

  /** When {@link poll} is next due. */
  due(now: number): number {
    const { conversation } = this;
    const asked = Math.min(this.links.due, this.#requests.due);
    if (!conversation || !this.#feed.on) return asked;
    return Math.min(this.#feed.due(now), this.#echo.due(), conversation.due(), asked);
  }
}
