/** What a host shares beside the terminal: each viewer's requests, forwards and files, as far as the host's person allows. */
import {
  allows,
  FORWARD,
  type ForwardRule,
  type Target,
  targetText,
} from "../../session/services/forward_target.ts";
import { FILES } from "../../session/services/file_heads.ts";
import { MAX_OFFERS } from "../../session/services/offer.ts";
import { REQUESTS } from "../../session/services/request_heads.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import { type ServiceStream, serviceStream } from "../../session/services/service_stream.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { Failure } from "../process/failure.ts";
import type { StreamEvent } from "../report/events.ts";
import { Audit } from "./audit.ts";
import { serveForward } from "./forward_service.ts";
import { FileRoot } from "./file_root.ts";
import { FileService } from "./file_service.ts";
import { PortOffers } from "./port_offers.ts";
import { Pastes } from "./pastes.ts";
import type { ForwardWord, HostOffer } from "../options/service_values.ts";
import { ViewerRequests } from "./request_service.ts";
import { type AskPerson, Permissions } from "./permissions.ts";

export interface HostServicesOptions {
  readonly native: readonly HostOffer[];
  readonly serve: readonly HostOffer[];
  readonly maxMessage: number;
  readonly requestTimeout: number;
  readonly forward: readonly ForwardWord[];
  /** A folder, or `none`; absent: the person is asked for the folder that the host was started in. */
  readonly files: string | undefined;
}

/** The shared terminal, as far as services see it. */
export interface OfferedTerminal {
  readonly runtime: HostRuntime;
  /** Gives all output to a follower from now on. */
  follow(follower: PortOffers): void;
}

/** The services of one host, for all its viewers. */
export class HostServices implements AsyncDisposable {
  readonly #requests = new Map<string, ViewerRequests>();
  readonly #ending = new Set<Promise<void>>();
  #offers: PortOffers | undefined;

  private constructor(
    private readonly options: HostServicesOptions,
    private readonly env: Readonly<Record<string, string>>,
    private readonly permissions: Permissions,
    private readonly log: (words: string) => void,
    private readonly audit: Audit,
    private readonly pastes: Pastes,
    private readonly files: FileService,
  ) {}

  /**
   * @param env the environment of native programs
   * @param tell gets each opening and end, for events; `log` has them in words
   * @param person asks the host's person; absent where nobody is there
   * @throws {Failure} if the folder can't be shared, or two offers have one name
   */
  static async open(
    options: HostServicesOptions,
    env: Readonly<Record<string, string>>,
    person: AskPerson | undefined,
    log: (words: string) => void,
    tell: (event: StreamEvent) => void,
  ): Promise<HostServices> {
    const offers = [...options.native, ...options.serve];
    const twice = offers.find(({ name }, i) => offers.findIndex((offer) => offer.name === name) !== i);
    if (twice) {
      throw new Failure({
        what: "Two services have one name",
        value: twice.name,
        hint: "Name them: NAME=…",
        code: 2,
      });
    }
    if (offers.length > MAX_OFFERS) {
      throw new Failure({
        what: "Too many services",
        value: `${offers.length}`,
        wanted: `at most ${MAX_OFFERS}`,
        code: 2,
      });
    }
    const pastes = new Pastes(env.XDG_RUNTIME_DIR);
    const root = options.files === "none" ? undefined : await folder(options.files ?? ".");
    const files = new FileService({ root, pastes });
    const audit = new Audit({
      now: () => performance.now(),
      later: (work) => void setTimeout(work, 0),
      log,
      tell,
    });
    return new HostServices(options, env, new Permissions(person), log, audit, pastes, files);
  }

  /** Serves the viewers of `terminal` from now on, and tells them of ports that it speaks of. */
  offerTo(terminal: OfferedTerminal): void {
    const { runtime } = terminal;
    this.audit.follow(runtime);
    const offers = new PortOffers(runtime, (port) => this.#mightForward({ host: "localhost", port }));
    this.#offers = offers;
    terminal.follow(offers);
    runtime.serve(REQUESTS, "forward", (stream, head, { peer }) => {
      void this.#requestsOf(peer).serve(serviceStream(stream), head);
    });
    runtime.serve(FORWARD, "forward", (stream, head, { peer }) => {
      const allow = (target: Target, gone: AbortSignal) => this.#mayForward(peer, target, gone);
      void serveForward({ allow }, serviceStream(stream), head);
    });
    runtime.serve(FILES, "files", (stream, head, { peer }) => {
      void this.#serveFiles(peer, serviceStream(stream), head);
    });
    runtime.listen({ left: ({ peer }) => this.#leave(peer) });
  }

  /** A viewer is gone: its programs end, and what it was allowed is forgotten. Its streams are reset by then. */
  #leave(peer: string): void {
    this.permissions.forget(peer);
    const requests = this.#requests.get(peer);
    if (!requests) return;
    this.#requests.delete(peer);
    const ending = requests[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Settles when every program that was started is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#offers?.[Symbol.dispose]();
    for (const peer of [...this.#requests.keys()]) this.#leave(peer);
    await Promise.all(this.#ending);
    await this.pastes[Symbol.asyncDispose]();
    this.audit[Symbol.dispose]();
  }

  #requestsOf(peer: string): ViewerRequests {
    const there = this.#requests.get(peer);
    if (there) return there;
    const { native, serve, maxMessage, requestTimeout: timeout } = this.options;
    const log = (words: string) => this.log(`${peer}: ${words}`);
    const made = new ViewerRequests({
      offers: [...native, ...serve],
      maxMessage,
      timeout,
      env: this.env,
      log,
      now: () => performance.now(),
    });
    this.#requests.set(peer, made);
    return made;
  }

  /** Whether `target` is allowed, or the person would be asked. */
  #mightForward(target: Target): boolean {
    const { forward } = this.options;
    return allows(ruleOf(forward), target) || this.permissions.asks && !forward.includes("none");
  }

  /** What no flag names the person is asked for. */
  async #mayForward(peer: string, target: Target, gone: AbortSignal): Promise<void> {
    const { forward } = this.options;
    if (allows(ruleOf(forward), target)) return;
    if (forward.length > 0 && !this.#mightForward(target)) {
      throw new ServiceError("denied", `the host does not allow ${targetText(target)} (--forward)`);
    }
    const short = targetText(target);
    await this.permissions.ask({ peer, kind: "forward", what: `reach ${short} from here`, short }, gone);
  }

  async #serveFiles(peer: string, stream: ServiceStream, head: Uint8Array): Promise<void> {
    await this.files.serve(stream, head, async () => {
      if (this.options.files !== undefined) return;
      const [what, short] = [`get and put files in ${Deno.cwd()}`, `files in ${Deno.cwd()}`];
      await this.permissions.ask({ peer, kind: "files", what, short }, stream.signal);
    });
  }
}

function ruleOf(words: readonly ForwardWord[]): ForwardRule {
  if (words.includes("any")) return { kind: "any" };
  return { kind: "these", targets: words.filter((word) => typeof word !== "string") };
}

async function folder(path: string): Promise<FileRoot> {
  try {
    return await FileRoot.open(path);
  } catch (cause) {
    throw new Failure({
      what: "--files can't be used",
      value: path,
      wanted: "a folder, or none",
      code: 2,
      cause,
    });
  }
}
