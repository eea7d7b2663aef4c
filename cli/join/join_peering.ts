/** How `beach join` connects to its host: the road, native WebRTC, and refusals as text for a terminal. */
import type { Link } from "../../transport/link.ts";
import type { Log } from "../../transport/log.ts";
import { pakeReady } from "../../transport/auth/pake.ts";
import { isOwn } from "../../transport/native/addresses.ts";
import { Joining } from "../../transport/peer/joining.ts";
import { refusalWords } from "../../transport/peer/refusals.ts";
import type { RefusedReason } from "../../transport/peer/viewer_events.ts";
import type { ViewerWay } from "../../session/runtime/viewer_runtime.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { roadClient } from "../network/road_socket.ts";
import { isRefused } from "../network/port_refused.ts";
import { Failure } from "../process/failure.ts";
import type { CompletePeer } from "./join_secret.ts";

export interface PeeringEvents {
  link(link: Link): void;
  /** Something else has to happen first, e.g. `the host is away`. */
  waiting(why: string): void;
  /** Refused for good. */
  over(failure: Failure): void;
}

/** The connection. */
export interface JoinPeering extends ViewerWay, AsyncDisposable {
  /** The session, and our id on the road. */
  readonly session: string;
  readonly peer: string;
}

/** The hint where a flag may forbid the path. */
const STRICT = "Try without --strict-webrtc, which forbids the road's relay";
const RELAY_ONLY = "Try without --force-websocket: the host or the road may allow no relay";
/** The hint if the secret was a passphrase: the code had no words to check. */
const WRONG_PASSPHRASE = "Check the passphrase, or ask the host for it again";

/**
 * Joins the session. Settles once the road has accepted this viewer; links follow. Throws {@link Failure} or RoadError, also when `stop`
 * aborts first.
 */
export async function joinSession(
  options: CompletePeer,
  rtc: RtcFactory | null,
  log: Log,
  events: PeeringEvents,
  stop: AbortSignal,
): Promise<JoinPeering> {
  const { code, road, secret } = options;
  await using opened = new AsyncDisposableStack();
  await pakeReady;
  const client = roadClient({ road, role: "viewer", session: code.session, log });
  const joining = opened.use(
    new Joining({
      ...{ code, road: client, secret, rtc, log, isRefused },
      name: options.name ?? Deno.env.get("USER") ?? "",
      policy: { ...options, iceServers: options.iceServer },
      // However long a busy machine takes for the login: no path needs bridging there.
      ...(isOwn(new URL(client.road).hostname) && { timings: { bridge: Infinity } }),
      events: {
        link: (link) => events.link(link),
        waiting: (why) => events.waiting(why),
        refused: (reason, detail) => {
          log("warn", `${refusalWords(reason, "terminal").what}: ${detail}`);
          events.over(refusal(reason, options));
        },
        ended: (why) => events.over(new Failure({ what: `The session ended: ${why.replace(/\.$/, "")}` })),
      },
    }),
  );
  const giveUp = () => client.close();
  stop.addEventListener("abort", giveUp);
  opened.defer(() => stop.removeEventListener("abort", giveUp));
  if (stop.aborted) giveUp();
  const { session, peer } = await joining.connect();
  const owned = opened.move();
  return {
    ...{ session, peer },
    renew: (request) => joining.renew(request),
    gone: (silence, late) => joining.gone(silence, late),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function refusal(reason: RefusedReason, { code, strictWebrtc, forceWebsocket }: CompletePeer): Failure {
  const { what, hint } = refusalWords(reason, "terminal");
  if (reason === "no_path" && strictWebrtc) return new Failure({ what, hint: STRICT });
  if (reason === "no_path" && forceWebsocket) return new Failure({ what, hint: RELAY_ONLY });
  if (reason === "wrong" && code.words === undefined) return new Failure({ what, hint: WRONG_PASSPHRASE });
  return new Failure({ what, hint });
}
