/** Which H.264 encoders work here: hardware is tried in a process of its own, for a driver may crash it or never answer. */
import type { Trial } from "./encoder_trial.ts";
import { SOFTWARE } from "./video_settings.ts";

/** An encoder by FFmpeg's name, and what its trial found. */
export interface EncoderFinding extends Trial {
  readonly name: string;
}

/** A command and its arguments. */
export type Words = readonly [string, ...string[]];

/** A trial takes 0.4 to 1.5 s with its process's start; a driver that needs longer is none to wait for. Milliseconds. */
const TRIAL_LIMIT = 6000;
/** What a trial may print, in bytes: one line. */
const MOST_PRINTED = 64 * 1024;

/** Where Linux shows that there may be such a device. Elsewhere only a trial tells. */
const CARD = ["/dev/dri/renderD128", "/dev/dri/renderD129"];
const NVIDIA = ["/dev/nvidiactl", "/dev/dxg"];
/** By system, the best first. */
const HARDWARE: Readonly<Partial<Record<typeof Deno.build.os, Readonly<Record<string, readonly string[]>>>>> =
  {
    linux: { h264_nvenc: NVIDIA, h264_vaapi: CARD, h264_qsv: CARD },
    darwin: { h264_videotoolbox: [] },
    windows: { h264_nvenc: [], h264_qsv: [], h264_amf: [] },
  };

/** Hardware encoders for which there may be a device here, the best first. */
function candidates(): string[] {
  return Object.entries(HARDWARE[Deno.build.os] ?? {})
    .filter(([, devices]) => devices.length === 0 || devices.some(isThere))
    .map(([name]) => name);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * All encoders that may work here, the best first and the one in software last, which needs no trial.
 * @param trial the command that tries an encoder and prints its {@link Trial} as JSON
 */
export async function findEncoders(
  trial: (name: string) => Words,
  stop: AbortSignal,
  names: readonly string[] = candidates(),
): Promise<readonly EncoderFinding[]> {
  const found: EncoderFinding[] = [];
  // One after the other: they would share the card and slow each other down.
  for (const name of names) found.push({ name, ...await runTrial(trial(name), stop) });
  return [...found, { name: SOFTWARE, works: true }];
}

/** What `command` printed, or why it did not. Rejects with the reason of `stop`. */
async function runTrial([program, ...args]: Words, stop: AbortSignal): Promise<Trial> {
  stop.throwIfAborted();
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  let late = false;
  // SIGKILL, since a driver that is in a loop hears nothing else.
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It is over.
    }
  };
  const timer = setTimeout(() => (late = true, kill()), TRIAL_LIMIT);
  stop.addEventListener("abort", kill);
  try {
    const printed = await read(child.stdout, kill);
    const { success, signal } = await child.status;
    stop.throwIfAborted();
    if (late) return { works: false, why: `no answer within ${TRIAL_LIMIT / 1000} s` };
    if (signal !== null) return { works: false, why: `its driver crashed (${signal})` };
    return success ? parseTrial(printed) : { works: false, why: "its trial failed" };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", kill);
  }
}

async function read(from: ReadableStream<Uint8Array<ArrayBuffer>>, tooMuch: () => void): Promise<string> {
  let text = "";
  for await (const part of from.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > MOST_PRINTED) {
      tooMuch();
      break;
    }
  }
  return text;
}

/** The last line: a driver may have printed something before. */
function parseTrial(printed: string): Trial {
  try {
    const trial = JSON.parse(printed.trimEnd().split("\n").at(-1)!);
    if (typeof trial?.works === "boolean") return trial;
  } catch {
    // Said below.
  }
  return { works: false, why: "its trial said nothing that can be read" };
}
