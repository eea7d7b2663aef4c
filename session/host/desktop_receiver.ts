/** What one viewer does with the desktop, at its host: events once and in order, the newest position, and what the viewer is told of both. */
import type { Events, Position } from "../../frames/input_frames.ts";
import { may } from "../roster/grant.ts";
import type { LinkProtocol } from "../sync/link_protocol.ts";
import type { DesktopTaker, HostContext } from "./host_io.ts";
import { InputReceiver } from "./input_receiver.ts";
import type { HostedMember } from "./viewer_streams.ts";

/** The desktop input of one viewer at the host. */
export class DesktopReceiver {
  readonly #receiver: InputReceiver;
  #number = 0;

  /**
   * @param conversation where the viewer is told what came
   */
  constructor(
    private readonly member: HostedMember,
    private readonly host: Pick<HostContext, "desktop" | "now">,
    private readonly conversation: () => LinkProtocol | undefined,
  ) {
    this.#receiver = new InputReceiver({
      mayType: () => this.#allowed !== undefined,
      give: (bytes) => this.#allowed?.events(member, bytes),
      taken: () => this.#ack(),
    });
  }

  /** Takes a frame, whatever link it came on. */
  accept(frame: Events | Position): void {
    if (frame.type === "Events") {
      this.#receiver.resume(frame.base);
      this.#receiver.accept(frame);
    } else if (frame.number > this.#number) {
      this.#number = frame.number;
      this.#allowed?.position(this.member, frame);
    } else if (frame.number === this.#number && frame.holds) this.#allowed?.position(this.member, frame);
    this.#ack();
  }

  /** The viewer may not use the desktop from now on ({@link InputReceiver.drop}). */
  drop(): void {
    this.#receiver.drop();
  }

  get #allowed(): DesktopTaker | undefined {
    return may(this.member.grant, "desktop") ? this.host.desktop() : undefined;
  }

  #ack(): void {
    const ack = { type: "EventsAck", have: this.#receiver.have, number: this.#number } as const;
    this.conversation()?.tell(ack, this.host.now(), "term");
  }
}
