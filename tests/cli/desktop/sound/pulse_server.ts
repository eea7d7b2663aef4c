/** A PulseAudio of its own for a test: one sink that plays to nobody, and programs that play into it. */
import { pollAsync } from "../../../support/deadline.ts";
import { descendants } from "../../../support/process_tree.ts";
import { findProgram } from "../../../support/needs.ts";
import { TempDir } from "../../../support/temp_dir.ts";

/** Starts it, and waits until it answers. */
export async function pulseServer() {
  const dir = await TempDir.create();
  const socket = `${dir.path}/sound`;
  const environment = {
    PATH: Deno.env.get("PATH")!,
    HOME: dir.path,
    XDG_RUNTIME_DIR: dir.path,
    PULSE_SERVER: `unix:${socket}`,
  };
  const server = new Deno.Command(findProgram("pulseaudio")!, {
    args: [
      "-n",
      "--daemonize=no",
      "--exit-idle-time=-1",
      "--use-pid-file=no",
      "--disallow-exit",
      `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      "--load=module-null-sink sink_name=test",
    ],
    env: environment,
    clearEnv: true,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const answers = async () => {
    const quiet = { stdout: "null", stderr: "null" } as const;
    const asked = new Deno.Command("pactl", { args: ["info"], env: environment, clearEnv: true, ...quiet });
    return (await asked.output()).success || undefined;
  };
  const end = async () => {
    server.kill("SIGKILL");
    await server.status;
    await dir[Symbol.asyncDispose]();
  };
  try {
    await pollAsync(answers, 10_000, "PulseAudio answers");
  } catch (error) {
    await end();
    throw error;
  }
  return {
    environment,
    /** Plays a sine of `hz` until it is disposed. */
    play(hz: number): AsyncDisposable {
      const player = new Deno.Command("pacat", {
        args: ["--raw", "--format=s16le", "--rate=48000", "--channels=2", "--latency-msec=50"],
        env: environment,
        clearEnv: true,
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const written = tone(hz).pipeTo(player.stdin).catch(() => {});
      return {
        async [Symbol.asyncDispose]() {
          player.kill("SIGTERM");
          await player.status;
          await written;
        },
      };
    },
    /** Programs of this process that record now. */
    recorders: () => descendants(Deno.pid).filter(({ name }) => name === "parec").length,
    [Symbol.asyncDispose]: end,
  };
}

function tone(hz: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull: (to) => {
      const samples = new Int16Array(9600);
      for (let i = 0; i < samples.length; i += 2, at++) {
        samples[i] = samples[i + 1] = 12_000 * Math.sin(2 * Math.PI * hz * at / 48_000);
      }
      to.enqueue(new Uint8Array(samples.buffer));
    },
  });
}
