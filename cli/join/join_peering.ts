/** A viewer's way to its host: the road, the secret, and links as they come and go. */
import { HostGone } from "../../transport/peer/host_gone.ts";
import type { Link } from "../../transport/link.ts";
import type { Log } from "../../transport/log.ts";
import { roadClient } from "../network/road_socket.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import type { RefusedReason } from "../../transport/peer/viewer_events.ts";
import { ViewerPeer } from "../../transport/peer/viewer_peer.ts";
import { pakeReady } from "../../transport/auth/pake.ts";
import { isOwn } from "../../transport/native/addresses.ts";
import { Failure } from "../process/failure.ts";
import type { CompleteJoin } from "./join_secret.ts";
import { isRefused } from "../network/port_refused.ts";

export interface WayEvents {
  link(link: Link): void;
  /** Something has to happen elsewhere first, e.g. `the host is away`. */
  waiting(why: string): void;
  /** For good. */
  over(failure: Failure): void;
}

export interface Way extends AsyncDisposable {
  readonly session: string;
  readonly peer: string;
  /** The link went quiet, or our address changed (`moved`): builds another one beside it. */
  renew(why: string, moved?: boolean): void;
  /** What to say if the host will not come back; `silence`: since anything was heard of it, `late`: since it should have been, ms. */
  gone(silence: number, late: number): string | undefined;
}

/** What a refusal means to the person, and what to try. */
const REFUSALS: Record<RefusedReason, readonly [what: string, hint: string]> = {
  wrong: [
    "The secret is wrong",
    "Check the words of the code, or ask the host for its newest: an old one may not open any more",
  ],
  paused: ["The host takes no one in for now: too many wrong secrets", "Try again in a minute"],
  // A viewer that crashed holds its place until it is missed.
  full: [
    "The session is full",
    "Ask the host for --max-viewers with a larger number, or try again in a minute: the place of one who crashed is free then",
  ],
  silent: ["The host does not answer", "It may have lost its network; try again"],
  denied: ["The host said no", "Ask the person there"],
  no_path: [
    "No way to the host could be built",
    "Try another network; beach doctor says what works from here",
  ],
};
/** The hint where a flag may be what forbids the way. */
const STRICT = "Try without --strict-webrtc, which forbids the road's relay";
const RELAY_ONLY = "Try without --force-websocket: the host or the road may allow no relay";
/** The hint where the secret was a passphrase: the code had no words to look at again. */
const WRONG_PASSPHRASE = "Check the passphrase, or ask the host for it again";

/** Joins the session. Settles once the road has let us in; links follow. Throws {@link Failure} or RoadError, also when `stop` aborts first. */
export async function findWay(
  options: CompleteJoin,
  rtc: RtcFactory | null,
  log: Log,
  events: WayEvents,
  stop: AbortSignal,
): Promise<Way> {
  const { code, road, secret } = options;
  await using opened = new AsyncDisposableStack();
  await pakeReady;
  const client = roadClient({ road, role: "viewer", session: code.session, log });
  opened.defer(() => client.close());
  let inside = false;
  const gone = new HostGone(code, isRefused);
  client.listen({ down: () => gone.failed(), joined: () => gone.reached() });
  const peer = new ViewerPeer({
    road: client,
    session: code.session,
    access: code.access,
    secret,
    name: options.name ?? Deno.env.get("USER") ?? "",
    rtc,
    policy: { ...options, iceServers: options.iceServer },
    log,
    // However long a busy machine takes to log in: there is no way to bridge on it.
    ...(isOwn(new URL(client.road).hostname) && { timings: { bridge: Infinity } }),
  });
  opened.defer(() => peer.close());
  peer.listen({
    link: (link) => events.link(link),
    waiting: (why) => events.waiting(why),
    refused: (reason, detail) => {
      const [what, said] = REFUSALS[reason];
      log("warn", `${what}: ${detail}`);
      const forbidden = options.strictWebrtc ? STRICT : options.forceWebsocket ? RELAY_ONLY : said;
      const hint = reason === "no_path"
        ? forbidden
        : reason === "wrong" && code.words === undefined
        ? WRONG_PASSPHRASE
        : said;
      events.over(new Failure({ what, hint }));
    },
    // Before we were in, the join's own error says it better.
    ended: (why) =>
      inside && events.over(new Failure({ what: `The session ended: ${why.replace(/\.$/, "")}` })),
  });
  const giveUp = () => client.close();
  stop.addEventListener("abort", giveUp);
  opened.defer(() => stop.removeEventListener("abort", giveUp));
  if (stop.aborted) giveUp();
  const joined = await client.connect();
  inside = true;
  const owned = opened.move();
  return {
    session: joined.session,
    peer: joined.peer,
    renew: (why, moved) => peer.renegotiate(why, moved),
    gone: (silence, late) => gone.words(silence, late),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
