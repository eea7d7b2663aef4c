/** A host without a terminal, as a script or a CI job has it: JSON lines in, processes out. */
import type { Spawned } from "../support/spawned.ts";
import { underFiles } from "../support/open_files.ts";
import { BEACH, type Scene, SHELL, START } from "./scene.ts";

/** The first line of `beach host --headless --json`. */
export interface Ready {
  readonly session: string;
  readonly code: string;
  readonly url: string;
  readonly road: string;
  readonly view_code: string;
}

/** One line of events, of either end. */
export interface Event {
  readonly event: string;
  readonly time: number;
  readonly peer?: string;
  readonly path?: string;
  readonly role?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly signal?: number;
  readonly session?: string;
  readonly message?: string;
  readonly why?: string;
  readonly how?: string;
  readonly failures?: number;
}

export interface HeadlessStarted {
  readonly args?: readonly string[];
  /** Nothing: none is named. */
  readonly command?: readonly string[];
  /** How many files it may have open. */
  readonly files?: number;
  /** Which of the lab's hosts it runs on; here, if there is no lab. */
  readonly on?: string;
  readonly env?: Record<string, string>;
}

export interface HeadlessHost {
  readonly process: Spawned;
  readonly ready: Ready;
}

/** Starts it and waits for its first line. The command is a plain bash with the prompt `$ ` unless one is named. */
export async function headless(
  scene: Scene,
  { args = [], command = ["env", "PS1=$ ", ...SHELL], files, on, env }: HeadlessStarted = {},
): Promise<HeadlessHost> {
  const last = command.length > 0 ? ["--", ...command] : [];
  const argv = [...BEACH, "host", "--headless", "--json", ...args, ...last];
  const process = scene.run(files === undefined ? argv : underFiles(files, argv), on, env);
  const ready = await process.waitForLine(
    (line) => JSON.parse(line) as Ready,
    START,
    "the host's first line",
  );
  return { process, ready };
}

/** The events so far among `lines`; a host's first line is none. */
export function events(lines: readonly string[]): Event[] {
  return lines.map((line) => JSON.parse(line)).filter((line) => "event" in line);
}

/** Settles with the first event of the host that `fits`. */
export function hostEvent(
  host: HeadlessHost,
  fits: (event: Event) => boolean,
  ms: number,
  what: string,
): Promise<Event> {
  return host.process.waitFor(() => events(host.process.lines()).find(fits), ms, what);
}
