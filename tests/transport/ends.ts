/** A host and viewers of the real parts, for tests: what they emit is kept and can be waited for. */
import type { Access } from "../../transport/auth/join_code.ts";
import type { HostPeersOptions, HostPolicy } from "../../transport/peer/host_events.ts";
import { HostPeers } from "../../transport/peer/host_peers.ts";
import type { Channel, Link } from "../../transport/link.ts";
import { nativeRtc } from "../../transport/native/node_datachannel.ts";
import { makeRecord, pakeReady, type PakeRecord } from "../../transport/auth/pake.ts";
import { Timers } from "../../transport/timers.ts";
import type { PEER_TIMINGS } from "../../transport/timings.ts";
import { RoadClient } from "../../transport/signalling/road_client.ts";
import type { RoadClientOptions } from "../../transport/signalling/road_events.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { ViewerPeer } from "../../transport/peer/viewer_peer.ts";
import { until } from "../support/deadline.ts";

export const SECRETS: Record<Access, string> = { write: "rival-lamp-alert", view: "zoo-zone-zero" };
/** As the real ones, but a test need not wait that long. */
export const QUICK: Partial<typeof PEER_TIMINGS> = {
  second: 300,
  relay: 700,
  relayAgain: 100,
  // However busy the machine: tests of the bridge say so.
  bridge: Infinity,
  attempt: 2_000,
  retries: [500, 1_000, 1_000],
  between: 400,
  bulk: 50,
  guess: 600,
  login: 900,
  logins: 1_500,
  link: 3_000,
};
/** As a session, a host's end closes what a newer link has replaced, ms; sooner than a real one. */
const GRACE = 200;
const POLICY: HostPolicy = {
  forceWebsocket: false,
  strictWebrtc: false,
  iceServers: [],
  icePolicy: "all",
  maxViewers: 8,
};

/** What an end did, in words; `wait` looks at all of it after each new one. */
export class Story {
  readonly lines: string[] = [];
  readonly #changed = new Set<() => void>();

  tell(line: string): void {
    this.lines.push(line);
    for (const changed of this.#changed) changed();
  }

  has(pattern: RegExp): boolean {
    return this.lines.some((line) => pattern.test(line));
  }

  async wait(pattern: RegExp, ms = 8_000, after = 0): Promise<string> {
    return await until(
      () => this.lines.slice(after).find((line) => pattern.test(line)),
      (changed) => {
        this.#changed.add(changed);
        return () => void this.#changed.delete(changed);
      },
      ms,
      String(pattern),
      () => this.lines.join("\n"),
    );
  }
}

let shared: RtcFactory | null = null;
/** One native library for a whole test file; `closeRtc` at its end. */
export async function rtc(): Promise<RtcFactory> {
  return shared ??= await nativeRtc({ bind: "loopback" });
}
export async function closeRtc(): Promise<void> {
  await shared?.close();
  shared = null;
}

interface EndOptions {
  /** A host's: instead of the two of {@link SECRETS}, and what follows them. */
  readonly records?: (session: string) => HostPeersOptions["records"];
  readonly renew?: (access: Access, failures: number, session: string) => PakeRecord;
  readonly policy?: Partial<HostPolicy>;
  readonly timings?: Partial<typeof PEER_TIMINGS>;
  /** A host's: what its sessions know of a viewer that asks for another link. */
  readonly heardSince?: HostPeersOptions["heardSince"];
  /** A host's: that many ms after a newer link opened the one before is closed. */
  readonly grace?: number;
  readonly rtc?: RtcFactory;
  readonly road?: RoadClientOptions["timings"];
}

export interface HostEnd extends AsyncDisposable {
  readonly story: Story;
  readonly road: RoadClient;
  readonly peers: HostPeers;
  readonly session: string;
  /** The newest link of each viewer. */
  readonly links: Map<string, Link>;
}

export async function startHost(url: string, options: EndOptions = {}): Promise<HostEnd> {
  await pakeReady;
  const story = new Story();
  const log: HostPeersOptions["log"] = (level, words) => story.tell(`${level}: ${words}`);
  const road = new RoadClient({
    road: url,
    role: "host",
    log,
    ...(options.road && { timings: options.road }),
  });
  const { session } = await road.connect();
  const records = options.records?.(session) ?? {
    write: makeRecord("write", SECRETS.write, session),
    view: makeRecord("view", SECRETS.view, session),
  };
  const { renew } = options;
  const links = new Map<string, Link>();
  const peers = new HostPeers({
    road,
    session,
    records,
    ...(renew && { renew: (access: Access, failures: number) => renew(access, failures, session) }),
    rtc: options.rtc ?? await rtc(),
    policy: { ...POLICY, ...options.policy },
    log,
    timings: { ...QUICK, ...options.timings },
    ...(options.heardSince && { heardSince: options.heardSince }),
  });
  const timers = new Timers();
  peers.listen({
    joined: ({ peer, role, name }) => story.tell(`joined ${peer} ${role} ${name}`),
    link: (peer, link) => {
      const before = links.get(peer);
      const grace = options.grace ?? GRACE;
      if (before && grace < Infinity) timers.set(before.id, grace, () => void before.close("replaced"));
      links.set(peer, link);
      link.onmessage = (channel, bytes) => story.tell(`got ${peer} ${channel} ${text(bytes)}`);
      story.tell(`link ${peer} ${link.path}`);
    },
    left: (peer, why) => story.tell(`left ${peer} ${why}`),
    guess: (failures) => story.tell(`guess ${failures}`),
  });
  return {
    story,
    road,
    peers,
    session,
    links,
    async [Symbol.asyncDispose]() {
      timers.clearAll();
      await peers.close("the test is over");
      road.close({ leave: true });
    },
  };
}

export interface ViewerEnd extends AsyncDisposable {
  readonly story: Story;
  readonly road: RoadClient;
  readonly peer: ViewerPeer;
}

export async function startViewer(
  url: string,
  session: string,
  options: EndOptions & {
    readonly access?: Access;
    readonly secret?: string;
    readonly name?: string;
    /** Said on `ctrl` as soon as there is a link, as a session does. */
    readonly first?: string;
  } = {},
): Promise<ViewerEnd> {
  await pakeReady;
  const story = new Story();
  const log: HostPeersOptions["log"] = (level, words) => story.tell(`${level}: ${words}`);
  const road = new RoadClient({
    road: url,
    role: "viewer",
    session,
    log,
    ...(options.road && { timings: options.road }),
  });
  const access = options.access ?? "write";
  const peer = new ViewerPeer({
    road,
    session,
    access,
    secret: options.secret ?? SECRETS[access],
    name: options.name ?? "Ada",
    rtc: options.rtc ?? await rtc(),
    policy: { ...POLICY, ...options.policy },
    log,
    timings: { ...QUICK, ...options.timings },
  });
  peer.listen({
    role: (role) => story.tell(`role ${role}`),
    waiting: (why) => story.tell(`waiting ${why}`),
    link: (link) => {
      link.onmessage = (channel, bytes) => story.tell(`got ${channel} ${text(bytes)}`);
      if (options.first !== undefined && !story.has(/^link/)) link.send("ctrl", bytes(options.first));
      story.tell(`link ${link.path}`);
    },
    path: (path) => story.tell(`path ${path}`),
    refused: (reason, detail) => story.tell(`refused ${reason}: ${detail}`),
    ended: (why) => story.tell(`ended ${why}`),
  });
  await road.connect();
  return {
    story,
    road,
    peer,
    async [Symbol.asyncDispose]() {
      await peer.close();
      road.close();
    },
  };
}

export const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Sends on a link and waits until the other story has it. */
export async function passes(link: Link, channel: Channel, words: string, story: Story): Promise<void> {
  if (!link.send(channel, bytes(words))) throw new Error(`${link.id} did not take ${words}`);
  await story.wait(new RegExp(`^got .*${channel} ${words}$`), 3_000);
}
