/** What one viewer is told besides the screen: lines for its person, what it may do, and ports that it may have forwarded. */
import type { WrittenFrame } from "../../frames/frame.ts";
import { may, roleOf } from "../roster/grant.ts";
import type { HostedMember } from "./viewer_streams.ts";

/** Ports that one viewer is told of again on its next link; what is kept is the newest. */
const MAX_PORTS = 16;

/** The notices to one viewer. */
export class ViewerNotices {
  readonly #ports = new Set<number>();
  /** Its grant is not what its code gave any more. */
  #granted = false;

  /** @param tell says a frame on the link that there is, if there is one */
  constructor(
    private readonly member: HostedMember,
    private readonly tell: (frame: WrittenFrame) => void,
  ) {}

  /** Shows its person a line. */
  line(text: string): void {
    this.tell({ type: "Notice", text });
  }

  /** Something listens on `port` of the host's machine, of which the terminal spoke. */
  offer(port: number): void {
    this.#ports.delete(port);
    this.#ports.add(port);
    if (this.#ports.size > MAX_PORTS) this.#ports.delete(this.#ports.values().next().value!);
    this.#tellPort(port);
  }

  /** What it may do has changed. */
  granted(): void {
    this.#granted = true;
    const { grant } = this.member;
    this.tell({ type: "Role", role: roleOf(grant), may: [...grant] });
  }

  /** It said hello on a new link: what was said on the one before may not have come. */
  again(): void {
    if (this.#granted) this.granted();
    for (const port of this.#ports) this.#tellPort(port);
  }

  #tellPort(port: number): void {
    if (may(this.member.grant, "forward")) this.tell({ type: "Offered", port });
  }
}
