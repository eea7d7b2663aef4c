/** What the default sink plays, as samples, recorded by `parec`. */
import { Failure } from "../../process/failure.ts";
import { CHANNELS, SOUND_CLOCK } from "../codec/opus_encoder.ts";
import { findCommand } from "../../pty/find_command.ts";

/** What the server gathers before it gives anything, ms: one packet. Less costs more wakings than it saves delay. */
const LATENCY = 10;
const BYTES_PER_SAMPLE = 2;
/** A process that has not heard SIGTERM by then is ended; ms. */
const LEAVES = 2000;

export interface RecordingIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets samples of both channels in turns, left first, as they come. */
  readonly take: (samples: Int16Array) => void;
}

/** A recording that runs. */
export class Recording implements AsyncDisposable {
  readonly #ended: Promise<Failure>;
  #stopped = false;

  private constructor(private readonly process: Deno.ChildProcess, io: RecordingIo) {
    this.#ended = this.#run(io);
  }

  /** Throws {@link Failure} if `parec` is not there. */
  static start(io: RecordingIo): Recording {
    const command = programOf(io.environment.PATH);
    const args = [
      "--raw",
      "--device=@DEFAULT_MONITOR@",
      "--format=s16le",
      `--rate=${SOUND_CLOCK}`,
      `--channels=${CHANNELS}`,
      `--latency-msec=${LATENCY}`,
      "--client-name=beach",
    ];
    const env = Object.fromEntries(Object.entries(io.environment).filter(([, value]) => value !== undefined));
    const process = new Deno.Command(command, {
      args,
      env: env as Record<string, string>,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Recording(process, io);
  }

  /** Settles when it ended by itself, with why; never after disposal. */
  get ended(): Promise<Failure> {
    return this.#ended;
  }

  /** Settles when the process is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    const patience = setTimeout(() => kill(this.process, "SIGKILL"), LEAVES);
    kill(this.process, "SIGTERM");
    await this.process.status;
    clearTimeout(patience);
  }

  async #run({ take }: RecordingIo): Promise<Failure> {
    const said = new Response(this.process.stderr).text();
    const frame = CHANNELS * BYTES_PER_SAMPLE;
    let left = new Uint8Array();
    for await (const chunk of this.process.stdout) {
      const bytes = new Uint8Array(left.length + chunk.length);
      bytes.set(left);
      bytes.set(chunk, left.length);
      const whole = bytes.length - bytes.length % frame;
      left = bytes.slice(whole);
      if (whole > 0 && !this.#stopped) take(new Int16Array(bytes.buffer, 0, whole / BYTES_PER_SAMPLE));
    }
    const why = (await said).trim().split("\n").at(-1);
    await this.process.status;
    if (this.#stopped) return await new Promise(() => {});
    return new Failure({
      what: "The desktop's sound can't be recorded",
      value: why || "parec ended",
      hint: "Is PulseAudio (or PipeWire's server for it) running here? Try: pactl info",
    });
  }
}

function programOf(path: string | undefined): string {
  try {
    return findCommand("parec", { path: path ?? Deno.env.get("PATH"), cwd: "/" });
  } catch (cause) {
    throw new Failure({
      what: "parec is not there, which records sound",
      hint: "Install pulseaudio-utils, or leave --desktop-audio out",
      cause,
    });
  }
}

function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch {
    // It is over.
  }
}
