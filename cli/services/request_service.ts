/** What one viewer asks of the programs and HTTP services that a host offers (`session/services/README.md`, "requests"). */
import { ByteReader } from "../../session/services/byte_reader.ts";
import { encodeMessage, framed, nextJson, parseJson } from "../../session/services/messages.ts";
import { findOffer, readRequestOpen } from "../../session/services/request_heads.ts";
import { ServiceError } from "../../session/streams/service_error.ts";
import { decodeHead, serve, type ServiceStream } from "../../session/services/service_stream.ts";
import type { RequestHead } from "../../session/services/http_head.ts";
import { type Rate, TokenBucket } from "../../transport/token_bucket.ts";
import type { HostOffer } from "../options/service_values.ts";
import { askHttp } from "./http_service.ts";
import { NativeCalls } from "./native_calls.ts";
import { MessageRoom } from "./message_room.ts";
import { NativeProgram } from "./native_program.ts";

/** Processes of one viewer at once. */
const MAX_PORTS = 32;
/** Processes that one viewer may have started: a call that is cancelled ends its process, so that a flood of those would start one after the other. */
const STARTS: Rate = { burst: 40, perSecond: 2 };
/** Lines of their standard errors in the host's log: more are counted and told together, for a program may say them for ever. */
const LINES: Rate = { burst: 500, perSecond: 50 };

export interface RequestServiceOptions {
  readonly offers: readonly HostOffer[];
  /** The largest message, bytes. */
  readonly maxMessage: number;
  /** How long an answer may take, ms. */
  readonly timeout: number;
  /** The environment of native programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: (words: string) => void;
  /** Steady, ms. */
  readonly now: () => number;
}

/** The requests of one viewer, and the processes that were started for them. */
export class ViewerRequests implements AsyncDisposable {
  readonly #calls = new Map<string, NativeCalls>();
  readonly #ports = new Set<NativeProgram>();
  readonly #room = new MessageRoom();
  readonly #starts: TokenBucket;
  readonly #lines: TokenBucket;
  /** Lines that were not logged. */
  #untold = 0;

  constructor(private readonly options: RequestServiceOptions) {
    this.#starts = new TokenBucket(STARTS, options.now());
    this.#lines = new TokenBucket(LINES, options.now());
  }

  /** Serves one stream until it is over; never rejects. */
  serve(stream: ServiceStream, head: Uint8Array): Promise<void> {
    return serve(stream, async () => {
      const open = readRequestOpen(decodeHead(head));
      const { offers } = this.options;
      switch (open.kind) {
        case "list":
          return await stream.finish(encodeMessage(offers.map(({ name, kind }) => ({ name, kind }))));
        case "call":
          return await this.#call(stream, findOffer(offers, "native", open.to));
        case "port":
          return await this.#port(stream, findOffer(offers, "native", open.to));
        case "http":
          return await this.#http(stream, open, findOffer(offers, "http", open.to));
      }
    });
  }

  /** The viewer is gone: its processes end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ending = [...this.#calls.values(), ...this.#ports].map((one) => one[Symbol.asyncDispose]());
    this.#calls.clear();
    await Promise.all(ending);
    this.#tellRest();
  }

  async #call(stream: ServiceStream, offer: HostOffer): Promise<void> {
    using held = new DisposableStack();
    const hold = (bytes: number) => void held.use(this.#room.take(bytes));
    const json = await nextJson(new ByteReader(stream), this.options.maxMessage, hold);
    if (json === undefined) throw new ServiceError("not-json", "the stream ended without a message");
    // The program must never see what is no JSON.
    parseJson(json);
    const { timeout } = this.options;
    let calls = this.#calls.get(offer.name);
    if (!calls) {
      calls = new NativeCalls({ start: () => this.#start(offer), timeout });
      this.#calls.set(offer.name, calls);
    }
    const answer = await calls.call(json, stream.signal);
    // A viewer that does not read keeps it here.
    hold(answer.length);
    await stream.finish(framed(answer));
  }

  async #port(stream: ServiceStream, offer: HostOffer): Promise<void> {
    if (this.#ports.size >= MAX_PORTS) {
      throw new ServiceError("busy", `${MAX_PORTS} programs run for this viewer already`);
    }
    const program = this.#start(offer);
    this.#ports.add(program);
    const stop = () => void program.end();
    stream.signal.addEventListener("abort", stop);
    try {
      const told = toViewer(stream, program);
      // It is over when the program has said its last, or with the first fault of either way.
      await Promise.race([told, this.#toProgram(stream, program).then(() => told)]);
    } finally {
      stream.signal.removeEventListener("abort", stop);
      await program.end();
      this.#ports.delete(program);
    }
  }

  async #toProgram(stream: ServiceStream, program: NativeProgram): Promise<void> {
    const from = new ByteReader(stream);
    for (;;) {
      using held = new DisposableStack();
      const hold = (bytes: number) => void held.use(this.#room.take(bytes));
      const json = await nextJson(from, this.options.maxMessage, hold);
      if (json === undefined) return program.closeInput();
      parseJson(json);
      await program.send(json);
    }
  }

  async #http(stream: ServiceStream, head: RequestHead, offer: HostOffer): Promise<void> {
    const { origin } = offer as HostOffer & { kind: "http" };
    const service = { origin, timeout: this.options.timeout };
    const answer = await askHttp(service, head, new ByteReader(stream), stream.signal);
    await stream.write(encodeMessage(answer.head));
    for await (const bytes of answer.body) await stream.write(bytes);
    await stream.finish();
  }

  #start(offer: HostOffer): NativeProgram {
    if (!this.#starts.tryConsume(this.options.now())) {
      throw new ServiceError("busy", "too many programs were started for this viewer; try again later");
    }
    const { command } = offer as HostOffer & { kind: "native" };
    const { env, maxMessage } = this.options;
    return new NativeProgram({ command, env, maxMessage, log: (line) => this.#complained(offer.name, line) });
  }

  /** A program has said a line on its standard error. */
  #complained(name: string, line: string): void {
    if (!this.#lines.tryConsume(this.options.now())) return void this.#untold++;
    this.#tellRest();
    this.options.log(`${name}: ${line}`);
  }

  #tellRest(): void {
    if (this.#untold > 0) this.options.log(`${this.#untold} more lines of programs`);
    this.#untold = 0;
  }
}

async function toViewer(stream: ServiceStream, program: NativeProgram): Promise<void> {
  for (let json = await program.receive(); json; json = await program.receive()) {
    await stream.write(framed(json));
  }
  await stream.finish();
}
