/**
 * How viewers reach a host: a road (a given one, or its own), a session there, and the secrets that admit viewers. A session that the road
 * gives up for good is replaced by a new one, and a secret that was guessed at too often by another.
 */
import { Backoff } from "../../transport/backoff.ts";
import {
  type Access,
  newWords,
  printCode,
  printUrl,
  WORD_BITS,
  WORD_COUNT,
} from "../../transport/auth/join_code.ts";
import { guessesOf, PASSPHRASE_BITS, wordsAfter } from "../../transport/auth/guess_limit.ts";
import type { Entrance, HostPolicy } from "../../transport/peer/host_events.ts";
import { iceOptions } from "../../transport/peer/peer_options.ts";
import { HostPeers } from "../../transport/peer/host_peers.ts";
import type { Log } from "../../transport/log.ts";
import { makeRecord, pakeReady, type PakeRecord } from "../../transport/auth/pake.ts";
import type { RoadClient } from "../../transport/signalling/road_client.ts";
import { RoadError } from "../../transport/signalling/road_error.ts";
import type { RtcFactory, RtcOptions } from "../../transport/webrtc/rtc.ts";
import { Timers } from "../../transport/timers.ts";
import { Failure } from "../process/failure.ts";
import type { StartRoad } from "../process/io.ts";
import { openFiles } from "../process/open_files.ts";
import { NO_LOOPBACK, type OwnRoad, startOwnRoad } from "./own_road.ts";
import { roadClient } from "../network/road_socket.ts";
import { spareFiles } from "./spare_files.ts";

/** How a person joins in one role. */
export interface Invitation {
  readonly code: string;
  readonly url: string;
}

export interface DoorOptions {
  /** Absent: run one here. */
  readonly road: string | undefined;
  readonly passphrase: string | undefined;
  readonly viewOnly: boolean;
  readonly policy: HostPolicy;
  readonly rtc: RtcFactory | null;
  readonly log: Log;
  readonly heardSince: (peer: string, time: number) => boolean;
  /** Viewers join with another code now; `why` is for the host's person. */
  readonly changed: (why: string) => void;
  /** A line for the host's person: nobody can join for a while, or joining works again. */
  readonly notice: (words: string) => void;
}

/** A road that is away for so long is reported to the host's person; one that restarts is back sooner; ms. */
const ROAD_LOST = 15_000;
/** The pause between attempts to open a new session, in ms. */
const [AGAIN, AGAIN_MOST] = [1_000, 30_000];
/** A road that gives up a session younger than this is asked less and less often, in ms: nobody can use codes of such short life. */
const LASTS = 60_000;

/** Joins the road. Throws RoadError if the road cannot be used. */
export async function openDoor(options: DoorOptions, startRoad: StartRoad): Promise<HostPeering> {
  await using opened = new AsyncDisposableStack();
  const files = openFiles();
  const own = options.road === undefined
    ? opened.use(await startOwnRoad(startRoad, files, options.log))
    : undefined;
  const client = hostClient(own?.loopbackUrl ?? options.road!, options.log);
  opened.defer(() => client.close({ leave: true }));
  try {
    await client.connect();
  } catch (cause) {
    throw own && cause instanceof RoadError && cause.code === "down"
      ? new Failure({ ...NO_LOOPBACK, cause })
      : cause;
  }
  await pakeReady;
  const policy = { ...options.policy, spare: spareFiles(files, options.log) };
  return new HostPeering({ ...options, policy }, own, client, opened.move());
}

function hostClient(road: string, log: Log): RoadClient {
  return roadClient({ road, role: "host", log });
}

/** The host on its road: its codes, and the viewers that log in with them. */
export class HostPeering implements AsyncDisposable {
  readonly peers: HostPeers;
  /** The road's address for others. */
  readonly road: string;
  #client: RoadClient;
  #secrets: Partial<Record<Access, string>> = {};
  readonly #timers = new Timers();
  readonly #backoff = new Backoff(AGAIN, AGAIN_MOST);
  #openedAt = performance.now();
  #lost = false;
  #closed = false;
  /** The passphrase has had its time: a code that is replaced does not come back. */
  #replaced = false;

  constructor(
    private readonly options: DoorOptions,
    private readonly own: OwnRoad | undefined,
    client: RoadClient,
    private readonly stack: AsyncDisposableStack,
  ) {
    this.#client = client;
    this.road = own?.publicUrl ?? (client.joined!.publicUrl || options.road!);
    const { rtc, policy, log, heardSince } = options;
    this.peers = new HostPeers({
      ...this.#entrance(() => 0),
      heardSince,
      rtc,
      policy,
      log,
      renew: (access, failures) => this.#renew(access, failures),
    });
    this.#watch();
  }

  get session(): string {
    return this.#client.joined!.session;
  }

  /** Undefined for a closed role. */
  get write(): Invitation | undefined {
    return this.options.viewOnly ? undefined : this.#invite("write");
  }

  get view(): Invitation {
    return this.#invite("view");
  }

  /** The servers for connections that begin now. */
  get ice(): RtcOptions {
    return iceOptions(this.#client, this.options.policy);
  }

  /** Whether the code of the main role also needs a passphrase. */
  get passphrase(): boolean {
    const { passphrase } = this.options;
    return passphrase !== undefined && this.#secrets[this.#passphraseRole] === passphrase;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timers.clearAll();
    await this.peers.close("the host ended it");
    this.#client.close({ leave: true });
    await this.stack.disposeAsync();
  }

  /** With a passphrase for one role, the other still has words of its own: a person must not have to guess which role it opens. */
  get #passphraseRole(): Access {
    return this.options.viewOnly ? "view" : "write";
  }

  #invite(access: Access): Invitation {
    const secret = this.#secrets[access];
    const words = secret === this.options.passphrase ? undefined : secret;
    const { session, road } = this;
    const code = { session, access, ...(words !== undefined && { words }), ...(this.own && { road }) };
    return { code: printCode(code), url: printUrl(code, road) };
  }

  #entrance(failures: (access: Access) => number): Entrance {
    const view = this.#record("view", failures("view"));
    const write = this.options.viewOnly ? undefined : this.#record("write", failures("write"));
    return { road: this.#client, session: this.session, records: { view, ...(write && { write }) } };
  }

  /** Chooses a role's secret, long enough for the guesses that were made before. */
  #record(access: Access, failures: number): PakeRecord {
    const { passphrase } = this.options;
    const fits = !this.#replaced && access === this.#passphraseRole && failures < guessesOf(PASSPHRASE_BITS);
    const words = wordsAfter(failures, WORD_COUNT);
    const [secret, bits] = passphrase !== undefined && fits
      ? [passphrase, PASSPHRASE_BITS]
      : [newWords(words), words * WORD_BITS];
    this.#secrets[access] = secret;
    return makeRecord(access, secret, this.session, bits);
  }

  #renew(access: Access, failures: number): PakeRecord {
    const old = this.#secrets[access] === this.options.passphrase ? "passphrase" : "code";
    const record = this.#record(access, failures);
    this.options.changed(`${failures} wrong secrets: someone is guessing. The old ${old} no longer lets in`);
    return record;
  }

  /** The codes of these roles, as far as they are open, let nobody in any more; others follow. `why` is for the host's person. */
  replace(roles: readonly Access[], why: string): void {
    if (roles.includes(this.#passphraseRole)) this.#replaced = true;
    const open = roles.filter((access) => access === "view" || !this.options.viewOnly);
    const records = open.map((access) => [access, this.#record(access, this.peers.failures(access))]);
    this.peers.replace(Object.fromEntries(records));
    this.options.changed(why);
  }

  #watch(): void {
    const { notice } = this.options;
    this.#client.listen({
      joined: () => {
        this.#timers.clear("lost");
        if (this.#lost) notice("The road is back: people can join again");
        this.#lost = false;
      },
      down: (error) => {
        if (this.#lost || this.#timers.has("lost")) return;
        this.#timers.set("lost", ROAD_LOST, () => {
          this.#lost = true;
          notice(`Nobody can join for now: ${error.message}`);
        });
      },
      ended: (error) => error !== null && this.#reopen(error),
    });
  }

  /** The road will never accept this session's host again: opens another session, however long that takes. */
  #reopen(error: RoadError): void {
    if (this.#closed) return;
    this.#timers.clear("lost");
    if (!this.#lost) {
      this.options.notice(
        `The road takes this session no more (${error.value}); a new code follows as soon as there is one`,
      );
    }
    this.#lost = true;
    if (performance.now() - this.#openedAt >= LASTS) this.#backoff.reset();
    this.#timers.set("again", this.#backoff.next(), () => void this.#openAnother(error));
  }

  async #openAnother(error: RoadError): Promise<void> {
    const { log, changed } = this.options;
    const client = hostClient(this.#client.road, log);
    try {
      await client.connect();
    } catch (again) {
      log("info", `No new session yet: ${again instanceof Error ? again.message : again}`);
      return this.#reopen(error);
    }
    if (this.#closed) return client.close({ leave: true });
    this.#lost = false;
    this.#openedAt = performance.now();
    this.#client = client;
    this.peers.enter(this.#entrance((access) => this.peers.failures(access)));
    this.#watch();
    changed("The road gave the session up, so people join by a new code. Who is in stays");
  }
}
