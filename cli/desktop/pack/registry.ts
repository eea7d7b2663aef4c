/** Where npm's packages come from on this machine, and getting one whole. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Failure, USAGE } from "../../process/failure.ts";
import { writeAll } from "../../services/write_all.ts";
import type { PinnedPackage } from "./pins.ts";

const NPM = "https://registry.npmjs.org/";
/** A registry that sends nothing for so long is given up, ms. */
const SILENCE = 30_000;
/** npm's own settings: longer files are none. Bytes. */
const MOST_SETTINGS = 64 * 1024;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The registry that npm would use: `npm_config_registry`, `NPM_CONFIG_REGISTRY`, `registry=` in `~/.npmrc`, or npm's own. Throws
 * {@link Failure} for what is no address. Ends in `/`.
 */
export async function findRegistry(environment: Environment): Promise<string> {
  const given = environment.npm_config_registry || environment.NPM_CONFIG_REGISTRY ||
    await fromSettings(environment) || NPM;
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure({
      what: "The npm registry can't be used",
      value: given,
      wanted: "an http or https address",
      hint: "It comes from npm_config_registry or ~/.npmrc",
      code: USAGE,
    });
  }
  return url.href.replace(/\/*$/, "/");
}

async function fromSettings(environment: Environment): Promise<string | undefined> {
  const home = environment.HOME || environment.USERPROFILE;
  const path = environment.npm_config_userconfig || environment.NPM_CONFIG_USERCONFIG ||
    (home && join(home, ".npmrc"));
  if (!path) return undefined;
  const text = await Deno.readTextFile(path).catch(() => "");
  const found = text.slice(0, MOST_SETTINGS).match(/^[ \t]*registry[ \t]*=[ \t]*(.+?)[ \t]*\r?$/m)?.[1];
  return found?.replace(/^(["'])(.*)\1$/, "$2");
}

/** How a download goes on: `signal` ends it, and so does a `silence` of so many ms; `advance` gets each number of bytes that came. */
export interface Download {
  readonly signal: AbortSignal;
  readonly silence?: number;
  advance(bytes: number): void;
}

/**
 * Gets `pinned` from `registry` into the new file `path`, and compares its checksum. Throws {@link Failure}, one line; the file is then of
 * no use. Rejects with the reason of the signal.
 */
export async function download(
  registry: string,
  pinned: PinnedPackage,
  path: string,
  { signal, advance, silence: most = SILENCE }: Download,
): Promise<void> {
  const { name, version, bytes, integrity } = pinned;
  const url = `${registry}${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
  const hash = createHash("sha512");
  using silence = new Silence(most);
  const ended = AbortSignal.any([signal, silence.signal]);
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let got = 0;
  try {
    const response = await fetch(url, { signal: ended, headers: { accept: "application/octet-stream" } });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw refused(url, response.status);
    }
    for await (const part of response.body) {
      silence.heard();
      got += part.length;
      if (got > bytes) throw wrong(url, `more than ${bytes} bytes came`);
      hash.update(part);
      await writeAll(file, part);
      advance(part.length);
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Failure) throw cause;
    throw unreached(
      url,
      silence.signal.aborted ? `nothing came for ${most / 1000} s` : reason(cause),
      cause,
    );
  }
  if (got < bytes) throw unreached(url, `it ended after ${got} of ${bytes} bytes`);
  if (`sha512-${hash.digest("base64")}` !== integrity) throw wrong(url, "its SHA-512 is another");
}

function refused(url: string, status: number): Failure {
  const hint = status === 404
    ? "Is it a registry that has all of npm's packages? Another one: npm_config_registry=https://registry.npmjs.org"
    : status === 401 || status === 403
    ? "It wants a login, which Beach does not do; another one: npm_config_registry=https://registry.npmjs.org"
    : "Try again later";
  return new Failure({ what: `The npm registry answered ${status}`, value: url, hint });
}

function unreached(url: string, why: string, cause?: unknown): Failure {
  return new Failure({
    what: "A package could not be downloaded",
    value: url,
    hint: `${why[0]!.toUpperCase()}${why.slice(1)}. Nothing was installed; try again`,
    cause,
  });
}

function wrong(url: string, why: string): Failure {
  return new Failure({
    what: "What the npm registry sent is not the package that Beach knows",
    value: url,
    hint: `${why[0]!.toUpperCase()}${why.slice(1)}. Nothing was installed`,
  });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
}

/** Aborts when nothing was heard for a time. */
class Silence implements Disposable {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(private readonly ms: number) {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#controller.abort(new Error("silence")), this.ms);
  }
}
