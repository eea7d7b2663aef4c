/** What a host says beside its screen: lines for the person, as often as it may, what we may do, and ports to forward, each told once. Pure. */
import type { FrameOf } from "../../frames/frame.ts";
import type { Role } from "../../frames/link_frames.ts";
import { RequestLimits } from "../links/request_limits.ts";
import type { ViewerIo } from "./viewer_io.ts";

/** Ports of one session: each is a line for the person. */
const MAX_PORTS = 64;

/** The notices of one host. */
export class ViewerNotices {
  readonly #limits = new RequestLimits();
  readonly #ports = new Set<number>();
  /** What the host lets us do; undefined before its Welcome. */
  role: Role | undefined;

  constructor(private readonly io: Pick<ViewerIo, "notice" | "offered" | "granted" | "now">) {}

  /** Takes what the host says, perhaps again on another link. */
  take(frame: FrameOf<"Notice" | "Offered" | "Role">): void {
    if (frame.type === "Role") {
      if (frame.role === this.role) return;
      this.role = frame.role;
      return this.io.granted?.(frame.role);
    }
    if (frame.type === "Notice") {
      return this.#limits.ask("Notice", () => this.io.notice(frame.text), this.io.now());
    }
    if (this.#ports.has(frame.port) || this.#ports.size >= MAX_PORTS) return;
    this.#ports.add(frame.port);
    this.io.offered?.(frame.port);
  }

  /** Tells what has waited long enough; the clock's ms. */
  poll(now: number): void {
    this.#limits.poll(now);
  }

  /** When {@link poll} is next due; the clock's ms. */
  get due(): number {
    return this.#limits.due;
  }
}
