/** What viewers opened: each opening and each end in the host's log, and as an event for scripts. */
import { decodeHead } from "../../session/services/service_stream.ts";
import { FILES } from "../../session/services/file_heads.ts";
import { DESKTOP } from "../../session/services/desktop/heads.ts";
import { FORWARD, targetText } from "../../session/services/forward_target.ts";
import { REQUESTS } from "../../session/services/request_heads.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import type { ResetReason } from "../../session/streams/byte_stream.ts";
import type { CountedStream } from "../../session/streams/traffic.ts";
import { shownText } from "../../session/vt/shown_text.ts";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { StreamEvent } from "../report/events.ts";

/** Lines of one viewer. Beyond them streams are counted and told together: a flood of openings must not fill a disk. */
const LINES: Rate = { burst: 1000, perSecond: 200 };
/** Openings and ends that wait to be told. */
const MAX_WAITING = 256;
/** Of names that a viewer chose, characters that are told. */
const MAX_WHAT = 200;

/** One viewer's. */
class ViewerAudit {
  /** What its open streams are. */
  readonly open = new Map<number, string>();
  readonly pace: TokenBucket;
  /** What was not told of streams, each by itself. */
  untold = { opened: 0, ended: 0, in: 0, out: 0 };

  constructor(now: number) {
    this.pace = new TokenBucket(LINES, now);
  }
}

export interface AuditIo {
  /** Steady, ms. */
  readonly now: () => number;
  /** Runs `work` when the requests of this turn are on their way. */
  readonly later: (work: () => void) => void;
  readonly log: (words: string) => void;
  readonly tell: (event: StreamEvent) => void;
}

/** The audit of one host. */
export class Audit implements Disposable {
  readonly #viewers = new Map<string, ViewerAudit>();
  /** What is to be told, in order. */
  readonly #waiting: (() => void)[] = [];
  #over = false;

  constructor(private readonly io: AuditIo) {}

  /** Tells of the streams of `runtime` from now on. */
  follow(runtime: Pick<HostRuntime, "listen">): void {
    runtime.listen({
      streamOpened: ({ peer }, stream, head) => this.#soon(() => this.#opened(peer, stream, head)),
      streamClosed: ({ peer }, { id, service, in: came, out }, reason) =>
        this.#soon(() => this.#closed(peer, { id, service, in: came, out }, reason)),
      streamRefused: ({ peer }, name) => this.#soon(() => this.#refused(peer, name)),
      left: ({ peer }) => this.#soon(() => this.#left(peer)),
    });
  }

  /** Tells what is not told yet, and from now on all at once. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.#tell();
  }

  /** A request does not wait for what is told of it. */
  #soon(tell: () => void): void {
    if (this.#waiting.push(tell) >= MAX_WAITING || this.#over) this.#tell();
    else if (this.#waiting.length === 1) this.io.later(() => this.#tell());
  }

  #tell(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }

  #opened(peer: string, { id, service }: CountedStream, head: Uint8Array): void {
    const viewer = this.#of(peer);
    const what = whatOf(service, head);
    viewer.open.set(id, what);
    if (!this.#mayTell(peer, viewer)) return void viewer.untold.opened++;
    this.io.log(`${peer}: ${line(service, what)} opened (stream ${id})`);
    this.io.tell({ event: "stream_opened", peer, stream: id, service, what });
  }

  #closed(peer: string, { id, service, in: came, out }: CountedStream, reason: ResetReason | null): void {
    const viewer = this.#of(peer);
    const what = viewer.open.get(id) ?? "";
    viewer.open.delete(id);
    if (!this.#mayTell(peer, viewer)) {
      viewer.untold.ended++;
      viewer.untold.in += came;
      viewer.untold.out += out;
      return;
    }
    const end = reason === null ? "done" : shown(reason.code);
    const why = shown(reason?.message ?? "");
    const how = why === "" ? end : `${end}, ${why}`;
    this.io.log(`${peer}: ${line(service, what)} ended (stream ${id}): ${how}; ${came} bytes in, ${out} out`);
    this.io.tell({
      event: "stream_ended",
      peer,
      stream: id,
      service,
      what,
      in: came,
      out,
      end,
      ...(why !== "" && { message: why }),
    });
  }

  #refused(peer: string, name: string): void {
    const viewer = this.#of(peer);
    if (!this.#mayTell(peer, viewer)) return void viewer.untold.opened++;
    const service = shown(name);
    this.io.log(`${peer}: ${service} is no service here`);
    this.io.tell({ event: "stream_refused", peer, service });
  }

  #left(peer: string): void {
    const viewer = this.#viewers.get(peer);
    if (viewer) this.#tellRest(peer, viewer);
    this.#viewers.delete(peer);
  }

  /** Whether a line of this viewer is told by itself; then so is what was not told before. */
  #mayTell(peer: string, viewer: ViewerAudit): boolean {
    if (!viewer.pace.tryConsume(this.io.now())) return false;
    this.#tellRest(peer, viewer);
    return true;
  }

  #tellRest(peer: string, viewer: ViewerAudit): void {
    const { opened, ended, in: came, out } = viewer.untold;
    if (opened + ended === 0) return;
    viewer.untold = { opened: 0, ended: 0, in: 0, out: 0 };
    this.io.log(`${peer}: ${opened} more streams opened, ${ended} ended; ${came} bytes in, ${out} out`);
    this.io.tell({ event: "streams_more", peer, opened, ended, in: came, out });
  }

  #of(peer: string): ViewerAudit {
    let viewer = this.#viewers.get(peer);
    if (!viewer) this.#viewers.set(peer, viewer = new ViewerAudit(this.io.now()));
    return viewer;
  }
}

function shown(text: unknown): string {
  return typeof text === "string" ? shownText(text, MAX_WHAT) : "";
}

function line(service: string, what: string): string {
  return what === "" ? service : `${service} ${what}`;
}

/** What a head asks for, in a few words; empty if it can't be read. Queries are left out: they hold keys. */
function whatOf(service: string, head: Uint8Array): string {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = decodeHead(head);
  } catch {
    return "";
  }
  return whatIn(service, fields).map(shown).filter((word) => word !== "").join(" ");
}

function whatIn(
  service: string,
  { kind, to, method, path, op, host, port, type }: Readonly<Record<string, unknown>>,
) {
  switch (service) {
    case FORWARD:
      return [targetText({ host: shown(host), port: Number(port) })];
    case REQUESTS:
      return [kind, to, method, typeof path === "string" ? path.split("?")[0] : undefined];
    case DESKTOP:
      return [kind, type];
    case FILES:
      return [op, path];
    default:
      return [];
  }
}
