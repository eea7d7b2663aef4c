/** How people get to a host: a road (a given one, or one of its own), a session there, and the secrets that let viewers in. */
import { makeRecord, pakeReady } from "../transport/pake.ts";
import { type Access, type JoinCode, newWords, printCode, printUrl } from "../transport/code.ts";
import { HostPeers, type HostPolicy } from "../transport/host_peers.ts";
import type { Log } from "../transport/log.ts";
import type { RoadClient } from "../transport/road_client.ts";
import { roadClient } from "./road_socket.ts";
import type { RtcFactory } from "../transport/rtc.ts";
import type { StartRoad } from "./io.ts";
import { lanAddress } from "./lan.ts";

/** How a person joins in one role. */
export interface Invitation {
  readonly code: string;
  readonly url: string;
}

export interface Door extends AsyncDisposable {
  readonly session: string;
  /** The road's address, as others reach it. */
  readonly road: string;
  /** Absent for a role that nobody can have. */
  readonly write?: Invitation;
  readonly view: Invitation;
  readonly client: RoadClient;
  readonly peers: HostPeers;
}

export interface DoorOptions {
  /** Absent: run one here. */
  readonly road: string | undefined;
  readonly passphrase: string | undefined;
  readonly viewOnly: boolean;
  readonly policy: HostPolicy;
  readonly rtc: RtcFactory | null;
  readonly log: Log;
}

/** Opens the door. Throws RoadError if the road can't be used. */
export async function openDoor(options: DoorOptions, startRoad: StartRoad): Promise<Door> {
  await using opened = new AsyncDisposableStack();
  const own = options.road === undefined ? opened.use(await startOwnRoad(startRoad)) : undefined;
  const client = roadClient({
    road: own?.loopbackUrl ?? options.road!,
    role: "host",
    log: options.log,
  });
  opened.defer(() => client.close({ leave: true }));
  const { session, publicUrl } = await client.connect();
  const road = own ? own.publicUrl : publicUrl || options.road!;
  await pakeReady;
  const secrets = {
    write: options.viewOnly ? undefined : options.passphrase ?? newWords(),
    // With a passphrase for the one role, the other still has words of its own: a person must not guess which it opens.
    view: options.viewOnly && options.passphrase !== undefined ? options.passphrase : newWords(),
  };
  const record = (access: Access) => {
    const secret = secrets[access];
    return secret === undefined ? undefined : makeRecord(access, secret, session);
  };
  const peers = new HostPeers({
    road: client,
    session,
    records: { write: record("write"), view: record("view") },
    rtc: options.rtc,
    policy: options.policy,
    log: options.log,
  });
  opened.defer(() => peers.close("the host ended the session"));
  const invite = (access: Access): Invitation => {
    const secret = secrets[access];
    const words = secret === options.passphrase ? undefined : secret;
    const code: JoinCode = { session, access, ...(words !== undefined && { words }), ...(own && { road }) };
    return { code: printCode(code), url: printUrl(code, road) };
  };
  const owned = opened.move();
  return {
    session,
    road,
    ...(secrets.write !== undefined && { write: invite("write") }),
    view: invite("view"),
    client,
    peers,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface OwnRoad extends AsyncDisposable {
  readonly publicUrl: string;
  /** How the host itself asks: loopback is there whatever becomes of the network. */
  readonly loopbackUrl: string;
}

async function startOwnRoad(startRoad: StartRoad): Promise<OwnRoad> {
  const address = lanAddress(Deno.networkInterfaces());
  // What is printed must be listened on. `::` takes IPv4 too, but on Windows; there is no IPv4 to speak of, or it would be printed.
  const [hostname, loopback] = address.startsWith("[") ? ["::", "[::1]"] : ["0.0.0.0", "127.0.0.1"];
  const road = await startRoad({ hostname, port: 0 });
  return {
    publicUrl: `http://${address}:${road.addr.port}`,
    loopbackUrl: `http://${loopback}:${road.addr.port}`,
    [Symbol.asyncDispose]: () => road[Symbol.asyncDispose](),
  };
}
