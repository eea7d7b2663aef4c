/** The host's side of one viewer: what it has, what it is sent next, what it typed. `PROTOCOL.md` has the states. */
import { type Message, type Role, WIRE_VERSION } from "../frames/message.ts";
import type { Channel, Link } from "../transport/link.ts";
import type { ByteLog } from "./byte_log.ts";
import { Conversation } from "./conversation.ts";
import { Counters } from "./counters.ts";
import { EchoTracker } from "./echo.ts";
import type { HostContext } from "./host_context.ts";
import { LinesServer } from "./lines_server.ts";
import { PathMonitor } from "./path.ts";
import { StreamReceiver } from "./receiver.ts";
import { sendSnapshot } from "./snapshot_parts.ts";
import { StreamSender } from "./sender.ts";

/** A viewer of which the oldest unacked byte is this old, with more waiting than its window, is behind; ms. */
const BEHIND = 200;

/** What the viewer's screen needs next. */
type Screen =
  | { readonly kind: "none" }
  | { readonly kind: "wanted"; readonly why: string }
  | { readonly kind: "asked" }
  | { readonly kind: "following" };

export class HostViewer {
  #conversation: Conversation | undefined;
  #screen: Screen = { kind: "none" };
  readonly #sender: StreamSender;
  readonly #input = new StreamReceiver();
  readonly #echo = new EchoTracker();
  readonly #lines: LinesServer;
  readonly counters = new Counters();
  /** The generation of what it was sent last: acks and output count in it, also when the host has gone on to the next. */
  #gen = 0;
  #done = false;
  #exitSent = false;
  /** Its window as it last said. */
  window: { cols: number; rows: number } | undefined;
  /** When it last typed; the clock's ms. */
  typedAt = 0;
  name = "";

  constructor(
    readonly peer: string,
    readonly role: Role,
    private readonly log: ByteLog,
    private readonly host: HostContext,
  ) {
    this.#sender = new StreamSender(log, new PathMonitor(0), { lossy: false });
    this.#lines = new LinesServer(host);
  }

  get link(): Link | undefined {
    return this.#conversation?.link;
  }

  get conversation(): Conversation | undefined {
    return this.#conversation;
  }

  /** True when it has shown the last byte and the exit status, or said goodbye. */
  get done(): boolean {
    return this.#done;
  }

  /** Bytes of output that it has not confirmed. */
  get backlog(): number {
    return this.log.end - this.#sender.acked;
  }

  /** Talks over `link` from now on; the viewer begins with Hello. */
  attach(link: Link): void {
    const now = this.host.now();
    if (this.#conversation) this.#conversation.link.onmessage = null;
    const trace = this.host.trace && { log: this.host.trace, data: "TerminalOutput" } as const;
    const conversation = new Conversation(link, this.host.singleChannel, now, this.counters, trace);
    this.#conversation = conversation;
    this.#screen = { kind: "none" };
    this.#exitSent = false;
    link.onmessage = (channel, bytes) => {
      const message = conversation.heard(channel, bytes, this.host.now());
      if (message && conversation === this.#conversation) this.#take(message, channel);
      this.host.changed();
    };
  }

  /** The link is gone; what it has stays known for the next one. */
  detach(link: Link): void {
    if (this.#conversation?.link !== link) return;
    this.#conversation = undefined;
    this.#screen = { kind: "none" };
  }

  /** The screen changed in a way that no bytes describe (a resize): only a snapshot goes on from here. */
  regenerate(): void {
    if (this.#screen.kind !== "none") this.#screen = { kind: "wanted", why: "the size changed" };
  }

  notice(text: string): void {
    this.#conversation?.tell({ type: "Notice", text });
  }

  bye(why: string): void {
    this.#conversation?.tell({ type: "Bye", why });
    this.#done = true;
  }

  #take(message: Message, channel: Channel): void {
    const now = this.host.now();
    switch (message.type) {
      case "Hello":
        return this.#hello(message, now);
      case "Data":
        this.#typed(message.base, message.data, now);
        return this.#acked(message.have, message.gen, message.sack, now);
      case "Ack":
        return this.#acked(message.have, message.gen, message.sack, now);
      case "Resync":
        this.host.log(`Received ResyncRequest from ${this.peer}: it has version ${message.have}`);
        this.counters.resyncs++;
        return this.#want("the viewer asked for it");
      case "Window":
        this.window = { cols: message.cols, rows: message.rows };
        return this.host.windowChanged();
      case "LinesRequest":
        return void this.#lines.serve(message, this.#conversation!);
      case "Bye":
        return void (this.#done = true);
      case "Welcome":
      case "Snapshot":
      case "Lines":
      case "Exit":
      case "Notice":
        throw new Error(`${message.type} on ${channel} comes from hosts only`);
    }
  }

  #hello(hello: Message & { type: "Hello" }, now: number): void {
    const conversation = this.#conversation!;
    if (hello.protocol !== WIRE_VERSION) {
      this.bye(
        `this host speaks Beach protocol ${WIRE_VERSION}, the viewer ${hello.protocol}: use the same version`,
      );
      return;
    }
    this.name = hello.name;
    this.window = { cols: hello.cols, rows: hello.rows };
    conversation.tell({
      type: "Welcome",
      protocol: WIRE_VERSION,
      role: this.role,
      ...this.host.size(),
      gen: this.host.gen(),
      have: this.#input.have,
      title: this.host.title(),
    });
    const resumes = hello.gen === this.host.gen() && hello.have >= this.log.start &&
      hello.have <= this.log.end;
    this.#sender.restart(resumes ? hello.have : this.log.end, conversation.path, {
      lossy: conversation.lossy,
    });
    this.#gen = hello.gen;
    this.#screen = resumes ? { kind: "following" } : { kind: "wanted", why: "the viewer is new" };
    this.host.windowChanged();
    this.host.arrived(this);
    this.poll(now);
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
    }
  }

  #acked(have: number, gen: number, sack: readonly number[], now: number): void {
    if (gen !== this.#gen) return;
    this.#sender.ack(have, sack, now);
    this.counters.ackedTo(have);
  }

  #want(why: string): void {
    if (this.#screen.kind === "following") this.#screen = { kind: "wanted", why };
  }

  /** Sends what is due. */
  poll(now: number): void {
    const conversation = this.#conversation;
    if (!conversation || this.#screen.kind === "none") return;
    const standing = {
      have: this.#input.have,
      gen: this.#gen,
      sack: this.#input.sack,
      effect: this.#echo.effect(now),
    };
    if (this.#isBehind(now)) this.#want("it fell behind");
    if (this.#screen.kind === "wanted" && this.#sender.drained) this.#ask();
    if (this.#screen.kind === "following") conversation.flush(this.#sender, this.log, standing, now);
    if (this.#echo.due() <= now + 1) conversation.ackBy(now);
    conversation.ack(standing, now);
    const exit = this.host.exit();
    if (exit && !this.#exitSent && this.#screen.kind === "following" && this.#sender.sent === this.log.end) {
      this.#exitSent = conversation.tell({ type: "Exit", version: this.log.end, ...exit });
    }
  }

  /** When {@link poll} is next due. */
  due(now: number): number {
    const conversation = this.#conversation;
    if (!conversation || this.#screen.kind === "none") return Infinity;
    const sending = this.#screen.kind === "following" ? this.#sender.due(now) : Infinity;
    return Math.min(sending, this.#echo.due(), conversation.due(), this.#behindAt());
  }

  #behindAt(): number {
    const oldest = this.#sender.oldestAt;
    if (this.#screen.kind !== "following" || oldest === undefined) return Infinity;
    return this.backlog > this.#sender.window.size ? oldest + BEHIND : Infinity;
  }

  #isBehind(now: number): boolean {
    return this.#sender.sent < this.log.start || this.#behindAt() <= now;
  }

  #ask(): void {
    const why = this.#screen.kind === "wanted" ? this.#screen.why : "";
    const conversation = this.#conversation!;
    const asked: Screen = this.#screen = { kind: "asked" };
    const gen = this.host.gen();
    this.host.snapshot().then((snapshot) => {
      if (this.#screen !== asked || conversation !== this.#conversation) return;
      // The size changed meanwhile, or the log has moved past it: this one can't be gone on from.
      if (gen !== this.host.gen() || snapshot.version < this.log.start) {
        this.#screen = { kind: "wanted", why };
      } else {
        this.host.log(`Sending snapshot, version ${snapshot.version}, to ${this.peer}: ${why}`);
        sendSnapshot(snapshot, this.counters.snapshot(), gen, conversation);
        this.#gen = gen;
        this.#sender.skip(snapshot.version, snapshot.data.length, this.host.now());
        this.#screen = { kind: "following" };
      }
      this.host.changed();
    }, (error) => conversation.link.close(`the screen could not be read: ${error}`));
  }
}
