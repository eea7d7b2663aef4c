/** What tests of services share: commands that join a host, and servers of real parts. */
import { ROOT } from "../../../scripts/files.ts";
import type { ExitStatus, Spawned } from "../../support/spawned.ts";
import { BEACH, type Scene, START } from "../scene.ts";

/** A native-messaging program (`tests/support/native_echo.py`). */
export const NATIVE_ECHO = `python3 ${ROOT}tests/support/native_echo.py`;

export interface Ran extends ExitStatus {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `beach` with `args` to its end. */
export async function beach(scene: Scene, args: readonly string[], input?: string, ms = START): Promise<Ran> {
  const run = scene.run([...BEACH, ...args]);
  if (input !== undefined) await run.write(input);
  await run.closeInput();
  return ended(run, ms);
}

/** Any other command, to its end. */
export async function command(scene: Scene, argv: readonly string[], ms = START): Promise<Ran> {
  const run = scene.run(argv);
  await run.closeInput();
  return ended(run, ms);
}

async function ended(run: Spawned, ms: number): Promise<Ran> {
  const status = await run.waitForExit(ms);
  return { ...status, stdout: run.stdout, stderr: run.stderr };
}

/** `beach join -N` with one `-L` for each of `targets`; settles with its process and the ports here. `more`: other flags. */
export async function forwarding(
  scene: Scene,
  code: string,
  targets: readonly string[],
  more: readonly string[] = [],
): Promise<{ readonly join: Spawned; readonly ports: readonly number[] }> {
  const flags = targets.flatMap((target) => ["-L", `0:${target}`]);
  const join = scene.run([...BEACH, "join", "-N", ...more, ...flags, code]);
  await join.waitForOutput(/Ctrl-C ends it/, START);
  const ports = [...join.stdout.matchAll(/^127\.0\.0\.1:(\d+) goes to/gm)].map(([, port]) => Number(port));
  return { join, ports };
}

/** An HTTP server of this process on the loopback; HTTP/1.1 and HTTP/2 with prior knowledge. */
export function serveHttp(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A port that nothing has now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
