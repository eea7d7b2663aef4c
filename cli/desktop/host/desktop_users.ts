/** Who may use a desktop, which viewers have, and whose doing its pointer's last moves are. */

import { DESKTOP } from "../../../session/services/desktop/heads.ts";
import { ServiceError } from "../../../session/streams/service_error.ts";
import { may } from "../../../session/roster/grant.ts";
import type { HostedMember } from "../../../session/host/viewer_streams.ts";

/** A viewer that moved the pointer knows where it is; what moves it so soon after is taken for that viewer's doing. ms. */
const OWN_MOVE = 300;

/** The viewers that used one desktop. */
export class DesktopUsers {
  readonly #known = new Set<string>();
  #last = { peer: "", at: -Infinity };

  /** @param first is told of each viewer once */
  constructor(private readonly first: (peer: string) => void) {}

  /** A viewer did something; `now`: ms, steady. */
  by(peer: string, now: number): void {
    this.#last = { peer, at: now };
    if (this.#known.has(peer)) return;
    this.#known.add(peer);
    this.first(peer);
  }

  /** Who moved the pointer, if somebody did so recently. */
  moves(now: number): string | undefined {
    return now - this.#last.at < OWN_MOVE ? this.#last.peer : undefined;
  }

  /** It has left. */
  forget(peer: string): void {
    this.#known.delete(peer);
  }
}

/** Throws {@link ServiceError} `denied` if it may not use the desktop. */
export function mustUse({ grant }: HostedMember): void {
  if (!may(grant, DESKTOP)) throw new ServiceError("denied", "the host lets you only watch");
}
