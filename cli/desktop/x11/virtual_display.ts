/** A display for a machine without a screen: Xvfb and a small window manager, which end with us however we end. */
import { Failure } from "../../process/failure.ts";
import { findCommand } from "../../pty/find_command.ts";
import { xauthorityFile } from "./connection/xauthority.ts";
import type { Environment } from "./types.ts";
import { startManager } from "./window_manager.ts";

/** Window managers, the best for a shared desktop first: a program's windows need one to be moved, closed, and typed into. */
export const WINDOW_MANAGERS = ["openbox", "fluxbox", "icewm", "jwm", "xfwm4", "metacity", "twm"] as const;
/** How long Xvfb may take to start, ms: 0.1 s where nothing else runs. */
const START = 10_000;
/** Length of an MIT-MAGIC-COOKIE-1, in bytes. */
const COOKIE = 16;
/** Sides that Xvfb can have, in pixels. */
const MIN_SIDE = 64;
const MAX_SIDE = 16_384;
/** What is kept of Xvfb's complaints, in UTF-16 units. */
const MAX_SAID = 4096;

/**
 * Starts Xvfb, and ends it when our end of stdin is closed, which the kernel does even after `kill -9`; then the folder with the cookie
 * goes too. Arguments: the folder, then the command. Xvfb writes its number to stdout, which nobody else may keep open.
 */
const SUPERVISOR = `
folder=$1; shift
"$@" &
server=$!
exec >&-
finish() { trap - TERM INT HUP; kill "$server" 2>/dev/null; wait "$server"; rm -rf -- "$folder"; exit 0; }
trap finish TERM INT HUP
while read -r _; do :; done
finish
`;

/** How the display is to be; `environment`: PATH, and what the window manager gets. */
export interface VirtualDisplayOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly environment: Environment;
}

/** What programs need in their environment to show on a display. */
export type DisplayEnvironment = {
  readonly DISPLAY: string;
  readonly XAUTHORITY: string;
};

/** A running display of our own. */
export interface VirtualDisplay extends AsyncDisposable {
  /** Its name, e.g. `:99`. */
  readonly name: string;
  readonly env: DisplayEnvironment;
}

/** Starts a display. Throws Failure: a program is missing (and what to install), or Xvfb did not start; the signal's reason if that aborts. */
export async function startVirtualDisplay(
  options: VirtualDisplayOptions,
  signal: AbortSignal,
): Promise<VirtualDisplay> {
  const { width, height, environment } = options;
  if (![width, height].every((side) => Number.isInteger(side) && side >= MIN_SIDE && side <= MAX_SIDE)) {
    throw new Failure({
      what: "A virtual display can't have this size",
      value: `${width}x${height}`,
      wanted: `sides from ${MIN_SIDE} to ${MAX_SIDE} pixels`,
    });
  }
  const xvfb = findOne(["Xvfb"], environment, "Xvfb is not installed", "xvfb");
  const manager = findOne(WINDOW_MANAGERS, environment, "No window manager is installed", "openbox");
  signal.throwIfAborted();
  const folder = await Deno.makeTempDir({ prefix: "beach-display-" });
  const authority = `${folder}/Xauthority`;
  await using parts = new AsyncDisposableStack();
  // For the moments in which the supervisor does not run: it removes the folder too.
  parts.defer(() => Deno.remove(folder, { recursive: true }).catch(() => {}));
  const cookie = crypto.getRandomValues(new Uint8Array(COOKIE));
  await Deno.writeFile(authority, xauthorityFile(cookie), { mode: 0o600 });
  const server = parts.use(
    new Server(folder, [
      ...[xvfb, "-displayfd", "1", "-screen", "0", `${width}x${height}x24`],
      // Without -noreset the keyboard's map and more would be lost whenever the last program ends.
      ...["-auth", authority, "-nolisten", "tcp", "-noreset"],
    ]),
  );
  const name = `:${await server.number(signal)}`;
  const env = { DISPLAY: name, XAUTHORITY: authority };
  parts.use(await startManager(manager, { ...environment, ...env }, signal));
  const all = parts.move();
  return { name, env, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Xvfb with its supervisor. */
class Server implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  #said = "";

  constructor(folder: string, command: readonly string[]) {
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", SUPERVISOR, "beach-display", folder, ...command],
      // A terminal's Ctrl-C is for us: we end it in order.
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    void this.#listen();
  }

  /** Its display's number. Throws Failure if it does not start. */
  async number(signal: AbortSignal): Promise<number> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(START)]);
    const { promise, reject } = Promise.withResolvers<never>();
    const late = () => reject(new Error("no number in time"));
    limit.addEventListener("abort", late);
    try {
      const text = await Promise.race([this.#firstLine(), promise]);
      if (/^\d+$/.test(text)) return Number(text);
    } catch {
      // Said below.
    } finally {
      limit.removeEventListener("abort", late);
    }
    signal.throwIfAborted();
    throw new Failure({
      what: "Xvfb did not start",
      hint: this.#said.trim().split("\n").at(-1) || "Try it by hand: Xvfb -displayfd 1",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
  }

  async #firstLine(): Promise<string> {
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout) {
      text += decoder.decode(bytes, { stream: true });
      if (text.includes("\n")) break;
    }
    return text.trim();
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stderr) {
      this.#said = (this.#said + decoder.decode(bytes, { stream: true })).slice(-MAX_SAID);
    }
  }
}

function findOne(names: readonly string[], environment: Environment, what: string, install: string): string {
  for (const name of names) {
    try {
      return findCommand(name, { path: environment.PATH, cwd: "/" });
    } catch {
      // The next one.
    }
  }
  throw new Failure({
    what: `${what}, which --desktop virtual needs`,
    hint: `On Debian and Ubuntu: apt install ${install}`,
  });
}
