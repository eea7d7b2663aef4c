/** A viewer's connection to a session, from a join code to links that come and go: shared by terminal and page. */
import type { JoinCode } from "../auth/join_code.ts";
import type { Link } from "../link.ts";
import type { RoadClient } from "../signalling/road_client.ts";
import type { Joined } from "../signalling/road_events.ts";
import type { RoadPort } from "../signalling/road_port.ts";
import { HostGone } from "./host_gone.ts";
import type { RefusedReason, ViewerPeerOptions } from "./viewer_events.ts";
import { ViewerPeer } from "./viewer_peer.ts";

export interface JoiningEvents {
  /** The secret is proved. */
  proved?(): void;
  /** A link is open; it replaces the one before, which closes by itself. */
  link(link: Link): void;
  /** Something else has to happen first, e.g. `the host is away`. */
  waiting(why: string): void;
  /** Refused for good. */
  refused(reason: RefusedReason, detail: string): void;
  /** The session is over, for good. Only after {@link Joining.connect} has settled; before that its error says more. */
  ended(why: string): void;
}

export interface JoiningOptions extends Omit<ViewerPeerOptions, "session" | "access" | "road"> {
  readonly code: Pick<JoinCode, "session" | "access" | "road">;
  /** Not connected yet; the joining closes it. */
  readonly road: RoadPort & Pick<RoadClient, "hello" | "connect" | "close">;
  /** Whether the machine of a URL itself refuses connections to its port (`host_gone.ts`); never rejects. */
  readonly isRefused: (road: URL) => Promise<boolean>;
  readonly events: JoiningEvents;
}

/** A join on its way: from the code to the first link. */
export class Joining implements AsyncDisposable {
  readonly #road: JoiningOptions["road"];
  readonly #peer: ViewerPeer;
  readonly #gone: HostGone;
  #inside = false;

  constructor({ code, road, isRefused, events, ...options }: JoiningOptions) {
    this.#road = road;
    this.#gone = new HostGone(code, isRefused);
    road.listen({ down: () => this.#gone.failed(), joined: () => this.#gone.reached() });
    this.#peer = new ViewerPeer({ ...options, road, session: code.session, access: code.access });
    this.#peer.listen({
      role: () => events.proved?.(),
      link: (link) => events.link(link),
      waiting: (why) => events.waiting(why),
      refused: (reason, detail) => events.refused(reason, detail),
      ended: (why) => this.#inside && events.ended(why),
    });
  }

  /** Settles once the road has accepted this viewer; links follow. Throws RoadError. */
  async connect(): Promise<Joined> {
    const joined = await this.#road.connect();
    this.#inside = true;
    return joined;
  }

  /** Builds another link beside the present one, if joined; `moved`: our address changed. */
  renew(request: { readonly why: string; readonly heard: number; readonly moved: boolean }): void {
    if (this.#inside) this.#peer.renegotiate(request.why, request);
  }

  /** The message if the host will not come back; `silence`: since anything was heard of it, `late`: since its next message was due; ms. */
  gone(silence: number, late: number): string | undefined {
    return this.#gone.words(silence, late);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer.close();
    this.#road.close();
  }
}
