/** A host from source, without a screen, and the links that it prints. */
import { START } from "./scene.ts";
import { BEACH, type Scene, SHELL } from "./scene.ts";
import type { Spawned } from "../support/spawned.ts";

export interface WebHost {
  readonly process: Spawned;
  readonly code: string;
  readonly viewCode: string;
  /** On loopback, where a browser takes http for a secure origin. */
  readonly url: string;
  readonly viewUrl: string;
}

/** Starts `beach host --headless --json`, also on a host of the lab; with no `--road` among `args` it runs a road of its own. */
export async function webHost(
  scene: Scene,
  args: readonly string[] = [],
  command: readonly string[] = SHELL,
  on?: string,
): Promise<WebHost> {
  const process = scene.run([
    "env",
    "-u",
    "PROMPT_COMMAND",
    "-u",
    "PS0",
    "PS1=$ ",
    ...BEACH,
    "host",
    "--headless",
    "--json",
    ...args,
    "--",
    ...command,
  ], on);
  const ready = await process.waitForLine(
    (line) => line.startsWith("{") && JSON.parse(line),
    START,
    "the code",
  );
  const { session, code, url, road, view_code } = ready as Record<string, string>;
  const local = on === undefined ? `http://127.0.0.1:${new URL(road!).port}` : road!;
  const words = view_code!.split("@")[0]!.slice(session!.length + 1);
  return {
    process,
    code: code ?? "",
    viewCode: view_code!,
    url: url!.replace(road!, local),
    viewUrl: `${local}/j/${session}#${words}`,
  };
}
