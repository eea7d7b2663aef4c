/** The host's side of one viewer: what it has, what it is sent next, what it typed. `PROTOCOL.md` has the states. */
import { type Message, type Role, type Size, WIRE_VERSION } from "../frames/message.ts";
import type { Channel, Link } from "../transport/link.ts";
import type { ByteLog } from "./byte_log.ts";
import { Conversation, conversationOptions, type Standing } from "./conversation.ts";
import { Counters } from "./counters.ts";
import { EchoTracker } from "./echo.ts";
import type { HostContext } from "./host_context.ts";
import { HostLinks } from "./host_links.ts";
import { LinesServer } from "./lines_server.ts";
import { StreamReceiver } from "./receiver.ts";
import { ScreenFeed } from "./screen_feed.ts";
import { versionsDiffer } from "./versions.ts";
import { INPUT_LIMIT } from "./viewer_io.ts";

export class HostViewer {
  readonly #links = new HostLinks();
  readonly #feed: ScreenFeed;
  readonly #input = new StreamReceiver();
  readonly #echo = new EchoTracker();
  readonly #lines: LinesServer;
  readonly counters = new Counters();
  /** Whether it has said Hello, ever. */
  #met = false;
  #done = false;
  #exitSent = false;
  /** Its window as it last said, on the link that it is on. */
  window: Size | undefined;
  readonly #windows = new WeakMap<Conversation, Size>();
  /** When it last typed; the clock's ms. */
  typedAt = 0;
  name = "";

  constructor(
    readonly peer: string,
    readonly role: Role,
    private readonly log: ByteLog,
    private readonly host: HostContext,
    /** What was applied of its input before it was forgotten, if it was here before. */
    private readonly former = 0,
  ) {
    this.#feed = new ScreenFeed(log, host, this.counters, peer);
    this.#lines = new LinesServer(host);
  }

  get link(): Link | undefined {
    return this.conversation?.link;
  }

  get conversation(): Conversation | undefined {
    return this.#links.current;
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
    const options = conversationOptions(this.host, this.host, "TerminalOutput", this.peer);
    const conversation = new Conversation(link, options, this.host.now(), this.counters);
    this.#links.add(conversation);
    link.onmessage = (channel, bytes) => {
      const message = conversation.heard(channel, bytes, this.host.now());
      if (message?.type === "Hello" || message?.type === "Window") {
        this.#windows.set(conversation, { cols: message.cols, rows: message.rows });
      }
      if (message) this.#follow(conversation, message);
      if (message && conversation === this.conversation) this.#take(message, channel);
      // On another link of the same viewer what was typed counts all the same: offsets keep it in order.
      else if (message?.type === "Data") this.#typed(message.base, message.data, this.host.now());
      else if (message?.type === "Bye") this.#done = true;
      this.host.changed();
    };
  }

  /** The link is gone; what it has stays known for the next one. */
  detach(link: Link): void {
    if (!this.#links.remove(link)) return;
    this.#changed();
    // It may have gone on on a link before: then it answers there.
    this.#links.ask(this.host.now());
  }

  #changed(): void {
    this.#feed.stop();
    this.#exitSent = false;
  }

  #follow(conversation: Conversation, message: Message): void {
    const now = this.host.now();
    if (message.type === "Hello") {
      if (this.#links.greeted(conversation, now)) this.#changed();
    } else if (this.#links.moved(conversation, "time" in message ? message.time : undefined, now)) {
      // One that takes the path for cut says more when it is answered.
      if (message.type === "Probe") return conversation.ack(this.#standing(now), now);
      if (message.type !== "Data" && message.type !== "Ack") return;
      this.host.log(`${this.peer} goes on on ${conversation.link.id}`);
      this.#links.follow(conversation, now);
      this.#changed();
      this.#feed.begin(conversation, message.have, message.gen);
      this.#windowTold();
    }
  }

  /** The screen changed in a way that no bytes describe (a resize): only a snapshot goes on from here. */
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
    switch (message.type) {
      case "Hello":
        return this.#hello(message, now);
      case "Data":
        this.#typed(message.base, message.data, now);
        return this.#feed.ack(message.have, message.gen, message.sack, now);
      case "Ack":
        return this.#feed.ack(message.have, message.gen, message.sack, now);
      case "Probe":
        return this.#feed.heard();
      case "Resync":
        this.host.log(`Received ResyncRequest from ${this.peer}: it has version ${message.have}`);
        this.counters.resyncs++;
        return this.#feed.want("the viewer asked for it");
      case "Window":
        return this.#windowTold();
      case "LinesRequest":
        return void this.#lines.serve(message, this.conversation!);
      case "Bye":
        return void (this.#done = true);
      case "Welcome":
      case "Snapshot":
      case "Lines":
      case "PackedLines":
      case "Exit":
      case "Notice":
        throw new Error(`${message.type} on ${channel} comes from hosts only`);
    }
  }

  #hello(hello: Message & { type: "Hello" }, now: number): void {
    const conversation = this.conversation!;
    if (hello.protocol !== WIRE_VERSION) {
      return this.bye(versionsDiffer(WIRE_VERSION, hello.protocol));
    }
    if (!this.#met) this.#resume(hello.input);
    this.name = hello.name;
    conversation.tell({
      type: "Welcome",
      protocol: WIRE_VERSION,
      role: this.role,
      ...this.host.size(),
      gen: this.host.gen(),
      have: this.#input.have,
      title: this.host.title(),
    }, now);
    this.#feed.begin(conversation, hello.have, hello.gen);
    this.#windowTold();
    this.host.arrived(this);
    this.poll(now);
  }

  /** Input goes on where the viewer's begins: from 0, or, for one that was forgotten, behind what was applied then, acked or not. */
  #resume(input: number): void {
    this.#met = true;
    const ours = this.former - input;
    this.#input.restart(input > 0 && ours > 0 && ours <= INPUT_LIMIT ? this.former : input);
  }

  #windowTold(): void {
    this.window = this.#windows.get(this.conversation!);
    this.host.windowChanged();
  }

  /** Up to here its input was applied. */
  get applied(): number {
    return this.#input.have;
  }

  #typed(base: number, data: Uint8Array, now: number): void {
    // The host enforces the role: what a viewer without it types is dropped, and acked so that it is not sent again.
    const received = this.#input.accept({ base, data });
    this.counters.took(received);
    for (const bytes of received.data) {
      if (this.role !== "write") continue;
      this.typedAt = now;
      this.host.type(bytes);
      this.#echo.typed(this.#input.have, now);
      this.#feed.typed(now);
    }
  }

  /** Sends what is due. */
  poll(now: number): void {
    if (this.#links.askAt <= now) this.#links.ask(now);
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
    const { askAt } = this.#links;
    if (!conversation || !this.#feed.on) return askAt;
    return Math.min(this.#feed.due(now), this.#echo.due(), conversation.due(), askAt);
  }
}
