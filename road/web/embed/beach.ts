/**
 * `/beach.js`: joins a shared terminal from any page.
 *
 *     import { join } from "https://road.example/beach.js";
 *     const session = await join("https://road.example/j/7kq2mx#river-lamp-ocean", { cols: 80, rows: 24 });
 *     for await (const bytes of session.output) terminal.write(bytes);
 */
import { type Access, type JoinCode, parseCode } from "../../../transport/auth/join_code.ts";
import { HttpRoad } from "../../../transport/signalling/http_road.ts";
import { pakeReady } from "../../../transport/auth/pake.ts";
import { RoadClient } from "../../../transport/signalling/road_client.ts";
import { iceOptions } from "../../../transport/peer/peer_options.ts";
import { Joining } from "../../../transport/peer/joining.ts";
import { browserRtc } from "./browser_rtc.ts";
import { asFailure, JoinFailure, refused } from "./join_failure.ts";
import type { BeachSession, JoinOptions } from "./join_types.ts";
import { LiveSession } from "./live_session.ts";
import { isRefused } from "./port_refused.ts";

export { JoinFailure } from "./join_failure.ts";
export type * from "./join_types.ts";
export type * from "../services/service_types.ts";
export type * from "../desktop/desktop_types.ts";
export { ServiceError } from "../../../session/streams/service_error.ts";

const NO_POLICY = { iceServers: [], icePolicy: "all" } as const;
const NO_SECRET = new JoinFailure(
  "secret",
  "This link has no secret",
  "Enter the words that the host shows after the session's name, or its passphrase.",
);

/** What a join URL or code says, without its secret. Throws {@link JoinFailure}. */
export function describe(
  url: string,
): { readonly session: string; readonly role: Access; readonly hasSecret: boolean } {
  try {
    const { session, access, words } = parseCode(url);
    return { session, role: access, hasSecret: words !== undefined };
  } catch (error) {
    throw asFailure(error);
  }
}

/**
 * Joins the session that `url` names (a join URL, or a code with an address). Settles when the host has let us in.
 * Rejects with {@link JoinFailure}, which says what was wrong and what to try.
 */
export async function join(url: string, options: JoinOptions = {}): Promise<BeachSession> {
  const live = new LiveSession(options);
  try {
    const code = parseCode(url);
    const secret = code.words ?? options.secret;
    if (!secret) throw NO_SECRET;
    if (options.signalling === "http") await pakeReady;
    const joining = openJoining({ ...code, road: code.road ?? location.origin }, secret, options, live);
    live.goesBy(joining);
    const connected = joining.connect().then(() => live.stage("road"));
    // If the WebAssembly can't be had, that is what was wrong, not the road.
    await Promise.race([Promise.all([pakeReady, connected]), live.welcomed]);
    return await live.welcomed;
  } catch (error) {
    await live.close();
    throw asFailure(error);
  }
}

function openJoining(
  code: JoinCode & { readonly road: string },
  secret: string,
  options: JoinOptions,
  live: LiveSession,
): Joining {
  const log = (_level: string, words: string) => options.on?.log?.(words);
  const { forceWebsocket = false, strictWebrtc = false, name = "" } = options;
  const { road: url, session } = code;
  const road = options.signalling === "http"
    ? new HttpRoad(url, session)
    : new RoadClient({ road: url, role: "viewer", session, log, ready: pakeReady });
  const policy = { ...NO_POLICY, forceWebsocket, strictWebrtc };
  live.ice = () => {
    const ice = iceOptions(road, policy);
    const isTurn = ice.iceServers.some(({ credential }) => credential !== undefined);
    return { ...ice, ...(isTurn && road.ice && { expiresAt: road.ice.expiresAt }) };
  };
  const joining = new Joining({
    ...{ code, road, secret, name, log, isRefused, policy },
    rtc: forceWebsocket ? null : browserRtc(),
    events: {
      proved: () => live.stage("secret"),
      waiting: (why) => live.wait(why),
      link: (link) => live.attach(link),
      refused: (reason, detail) => live.fail(refused(reason, detail)),
      ended: (why) => live.finish({ kind: "ended", why }),
    },
  });
  // The road client asks for it when its socket is open and the join leaves.
  const { hello } = road;
  road.hello = () => {
    live.asked();
    return hello?.();
  };
  return joining;
}
