/**
 * `/beach.js`: joins a shared terminal from any page.
 *
 *     import { join } from "https://road.example/beach.js";
 *     const session = await join("https://road.example/j/7kq2mx#river-lamp-ocean", { cols: 80, rows: 24 });
 *     for await (const bytes of session.output) terminal.write(bytes);
 */
import { type Access, parseCode } from "../../../transport/auth/join_code.ts";
import { HostGone } from "../../../transport/peer/host_gone.ts";
import { HttpRoad } from "../../../transport/signalling/http_road.ts";
import { pakeReady } from "../../../transport/auth/pake.ts";
import { RoadClient } from "../../../transport/signalling/road_client.ts";
import { ViewerPeer } from "../../../transport/peer/viewer_peer.ts";
import { browserRtc } from "./browser_rtc.ts";
import { asFailure, JoinFailure, refused } from "./join_failure.ts";
import type { BeachSession, JoinOptions } from "./join_types.ts";
import { LiveSession } from "./live_session.ts";
import { isRefused } from "./port_refused.ts";

export { JoinFailure } from "./join_failure.ts";
export type * from "./join_types.ts";

const NO_POLICY = { iceServers: [], icePolicy: "all" } as const;

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
    if (!secret) {
      throw new JoinFailure(
        "secret",
        "This link has no secret",
        "Enter the words that the host shows after the session's name, or its passphrase.",
      );
    }
    const road = code.road ?? location.origin;
    if (options.signalling === "http") await pakeReady;
    const log = (_level: string, words: string) => options.on?.log?.(words);
    const client = options.signalling === "http"
      ? new HttpRoad(road, code.session)
      : new RoadClient({ road, role: "viewer", session: code.session, log, ready: pakeReady });
    const peer = new ViewerPeer({
      road: client,
      session: code.session,
      access: code.access,
      secret,
      name: options.name ?? "",
      rtc: options.forceWebsocket ? null : browserRtc(),
      policy: {
        ...NO_POLICY,
        forceWebsocket: options.forceWebsocket ?? false,
        strictWebrtc: options.strictWebrtc ?? false,
      },
      log,
    });
    // The road client asks for it when its socket is open and the join leaves.
    const { hello } = client;
    client.hello = () => {
      live.asked();
      return hello?.();
    };
    let joined = false;
    let waiting: string | undefined;
    const gone = new HostGone({ road }, isRefused);
    client.listen({ down: () => gone.failed(), joined: () => gone.reached() });
    live.goesBy({
      renew: (why) => peer.renegotiate(why),
      waiting: () => waiting,
      gone: (silence, late) => gone.words(silence, late),
      close: async () => {
        await peer.close();
        client.close();
      },
    });
    peer.listen({
      role: () => live.stage("secret"),
      waiting: (why) => options.on?.waiting?.(waiting = why),
      link: (link) => {
        waiting = undefined;
        live.attach(link);
      },
      refused: (reason, detail) => live.fail(refused(reason, detail)),
      // Until we are in, the road's own error says it better.
      ended: (why) => joined && live.finish({ kind: "ended", why }),
    });
    const connected = client.connect().then(() => {
      joined = true;
      live.stage("road");
    });
    // If the WebAssembly can't be had, that is what was wrong, not the road.
    await Promise.race([Promise.all([pakeReady, connected]), live.welcomed]);
    return await live.welcomed;
  } catch (error) {
    await live.close();
    throw asFailure(error);
  }
}
