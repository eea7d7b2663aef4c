/** One `deno` that a check runs: it ends with all that it started when its time is over, or when the runner is stopped. */

/** What a person or a machine stops the runner with; on Windows Deno knows the first alone. */
const STOPS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
/** What hosts and roads that tests started get to end in an orderly way; ms. */
const PATIENCE = 2000;

/** Those that run. */
const running = new Set<CheckProcess>();

/** A process in a group of its own. */
export class CheckProcess {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Whether it ended well. Settles when the process itself has ended: what it left running is not waited for. */
  readonly succeeded: Promise<boolean>;
  readonly #child: Deno.ChildProcess;

  /**
   * Starts it.
   * @param limit its time, ms; then it is ended, and `late` is called
   */
  constructor(args: readonly string[], cwd: string, limit: number, late: () => void) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
      // A session, and so a group, of its own: programs that a test started are in it too, and end with it.
      detached: true,
    }).spawn();
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    running.add(this);
    const timer = setTimeout(() => {
      late();
      void this.end();
    }, limit);
    this.succeeded = this.#child.status.then(({ success }) => {
      clearTimeout(timer);
      running.delete(this);
      return success;
    });
  }

  /** Ends it and all that it started, at the latest {@link PATIENCE} from now; terminals that it made end with it. */
  async end(): Promise<void> {
    if (!signalGroup(this.#child.pid, "SIGTERM")) return;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    signalGroup(this.#child.pid, "SIGKILL");
  }
}

/** Sends `signal` to a group; false if nothing of it is left, or all was ended at once. */
function signalGroup(leader: number, signal: Deno.Signal): boolean {
  try {
    if (Deno.build.os !== "windows") {
      Deno.kill(-leader, signal);
      return true;
    }
    new Deno.Command("taskkill", { args: ["/T", "/F", "/PID", `${leader}`] }).outputSync();
  } catch {
    // It has ended, and all of the group.
  }
  return false;
}

/** From here on, who stops the runner stops what runs below it. */
export function endWithRunner(): void {
  for (const signal of STOPS) {
    const stop = async () => {
      Deno.removeSignalListener(signal, stop);
      await Promise.all([...running].map((one) => one.end()));
      Deno.kill(Deno.pid, signal);
    };
    Deno.addSignalListener(signal, stop);
  }
}
