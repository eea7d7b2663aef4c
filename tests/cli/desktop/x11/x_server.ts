/** Real X servers (Xvfb) and programs on them. */
import { openDisplay, type X11Display } from "../../../../cli/desktop/x11/display.ts";
import { xauthorityFile } from "../../../../cli/desktop/x11/connection/xauthority.ts";
import * as needs from "../../../support/needs.ts";
import { Spawned } from "../../../support/spawned.ts";
import { TempDir } from "../../../support/temp_dir.ts";

/** What each of these tests needs. */
export const xvfb = needs.program("Xvfb");

/** How long an X server or a program on it may take to start on a busy machine, ms. */
export const START = 20_000;

/** A server that lets in whoever has its cookie, and ends with the test. */
export class XServer implements AsyncDisposable {
  #killed = false;

  private constructor(
    readonly name: string,
    readonly env: Record<string, string>,
    readonly dir: TempDir,
    private readonly server: Spawned,
    private readonly parts: AsyncDisposableStack,
  ) {}

  static async start({ screen = "640x480x24", args = [] as readonly string[] } = {}): Promise<XServer> {
    await using parts = new AsyncDisposableStack();
    const dir = parts.use(await TempDir.create("beach-x-"));
    const authority = dir.join("Xauthority");
    await Deno.writeFile(authority, xauthorityFile(crypto.getRandomValues(new Uint8Array(16))));
    const common = ["-displayfd", "1", "-auth", authority, "-noreset", "-screen", "0", screen];
    const server = parts.use(Spawned.start(["Xvfb", ...common, ...args]));
    const number = await server.waitForLine(
      (line) => /^\d+$/.test(line) && line,
      START,
      "the display's number",
    );
    const env = { DISPLAY: `:${number}`, XAUTHORITY: authority, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
    return new XServer(`:${number}`, env, dir, server, parts.move());
  }

  /** Our environment for a program or a connection on this server. */
  get environment(): Record<string, string> {
    return { ...Deno.env.toObject(), ...this.env };
  }

  open(name = this.name): Promise<X11Display> {
    return openDisplay(name, this.environment, AbortSignal.timeout(START));
  }

  /** A program that ends with the server at the latest. */
  spawn(...argv: readonly string[]): Spawned {
    return this.parts.use(Spawned.start(argv, { env: this.env }));
  }

  /** A program that does one thing; throws if it fails. */
  async run(...argv: readonly string[]): Promise<string> {
    const program = Spawned.start(argv, { env: this.env });
    await program.closeInput();
    const { code } = await program.waitForExit(START);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${program.tail()}`);
    return program.stdout;
  }

  /** Another size than the one it was started with (RandR): at most that. */
  async resize(width: number, height: number): Promise<void> {
    const mode = `${width}x${height}test`;
    await this.run("xrandr", "--newmode", mode, ...modeTimings(width, height).map(String));
    await this.run("xrandr", "--addmode", "screen", mode);
    await this.run("xrandr", "--output", "screen", "--mode", mode);
  }

  /** The time that the server has had on the cores, ms, in steps of 10. */
  cpuTime(): number {
    const stat = Deno.readTextFileSync(`/proc/${this.server.pid}/stat`);
    // proc_pid_stat(5): utime and stime, fields 14 and 15, in ticks; behind the name in brackets comes field 3.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends it as a crash would. */
  kill(): void {
    this.#killed = true;
    this.server.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const lock = `/tmp/.X${this.name.slice(1)}-lock`;
    // A server that was killed leaves its files. Another one may have the same number by then.
    const own = await Deno.readTextFile(lock).catch(() => "");
    if (this.#killed && own.trim() === String(this.server.pid)) {
      await Deno.remove(`/tmp/.X11-unix/X${this.name.slice(1)}`).catch(() => {});
      await Deno.remove(lock).catch(() => {});
    }
    await this.parts.disposeAsync();
  }
}

/** What follows the name in a mode for `xrandr --newmode`: a clock that no screen of Xvfb minds, and the sides with some blank. */
export function modeTimings(width: number, height: number): number[] {
  return [40, width, width + 40, width + 80, width + 120, height, height + 1, height + 4, height + 8];
}
