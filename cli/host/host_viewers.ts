/** The viewers of a host: from the door to the session, with the events that scripts and logs get. */
import type { HostSession } from "../../session/host/host_session.ts";
import type { Link } from "../../transport/link.ts";
import type { HostPeers } from "../../transport/peer/host_peers.ts";
import type { Viewer } from "../../transport/peer/host_peer.ts";
import { remarkable } from "../../transport/auth/host_login.ts";
import type { HostEvent } from "../report/events.ts";
import { quotedName } from "./approval_prompt.ts";

/** So many wrong secrets are more than a person's slips. */
const MANY = 5;

export interface Guests {
  /** Settles when the first viewer's link is open. */
  readonly first: Promise<void>;
  /** Viewers with a link now. */
  readonly present: number;
}

export interface GuestsOptions {
  readonly peers: HostPeers;
  readonly session: HostSession;
  /** Makes a link worse, for `--simulate-loss` and `--simulate-delay`. */
  readonly worsen: (link: Link) => Link;
  readonly tell: (event: HostEvent) => void;
  readonly notice: (words: string) => void;
  /** One line for the host's person: who came or went. */
  readonly passing: (words: string) => void;
}

/** Names longer than this are cut in the line that says who came, columns. */
const NAME_ROOM = 24;
const DEPARTED: Readonly<Record<string, string>> = { lost: "was lost" };

function named(name: string): string {
  return quotedName(name, NAME_ROOM, "Someone");
}

/** Lets viewers in from now on. */
export function receive({ peers, session, worsen, tell, notice, passing }: GuestsOptions): Guests {
  const first = Promise.withResolvers<void>();
  const known = new Map<string, Viewer>();
  /** Those whose coming was said. */
  const here = new Set<string>();
  const count = () => `${here.size} ${here.size === 1 ? "viewer" : "viewers"}`;
  const came = ({ peer, role, name }: Viewer) => {
    here.add(peer);
    passing(`${named(name)} joined and can ${role === "write" ? "type" : "watch"} (${count()})`);
  };
  const went = (peer: string, { name }: Pick<Viewer, "name">, reason: string) => {
    if (!here.delete(peer)) return;
    passing(`${named(name)} ${DEPARTED[reason] ?? "left"} (${count()})`);
  };
  peers.listen({
    joined: (viewer) => {
      known.set(viewer.peer, viewer);
      const { peer, role, name } = viewer;
      tell({ event: "peer_joined", peer, role, ...(name !== "" && { name }) });
    },
    link: (peer, link) => {
      const viewer = known.get(peer);
      // Links come to those who have joined; one that left meanwhile takes its link along.
      if (!viewer) return;
      session.attach(peer, viewer.role, worsen(link));
      tell({ event: "path", peer, path: link.path });
      first.resolve();
      if (!here.has(peer)) came(viewer);
    },
    left: (peer, reason) => {
      went(peer, known.get(peer) ?? { name: "" }, reason);
      known.delete(peer);
      session.remove(peer);
      tell({ event: "peer_left", peer, reason });
    },
    guess: (failures) => {
      if (!remarkable(failures)) return;
      tell({ event: "guesses", failures });
      // A person who mistypes is nothing to be told.
      if (failures >= MANY) notice(`${failures} wrong secrets so far: someone may be guessing`);
    },
  });
  return {
    first: first.promise,
    get present() {
      return [...session.viewers.values()].filter((viewer) => viewer.link).length;
    },
  };
}
