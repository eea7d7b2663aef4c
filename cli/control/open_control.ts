/** The controls of a host, with their socket where this machine has such. */
import { SYSTEM_CLOCK } from "../../session/runtime/clock.ts";
import type { Log } from "../../transport/log.ts";
import { controlFolder, type FolderEnvironment, socketPath } from "./control_folder.ts";
import { ControlServer } from "./control_server.ts";
import { type ControlledSession, HostControls } from "./host_controls.ts";

/** Random letters in a socket's name: hosts in containers that share the folder may have one process id. */
const RANDOM = 6;

export interface OpenControl extends Disposable {
  readonly controls: HostControls;
}

/** Opens the socket. A host without one goes on: its log says why. */
export function openControl(
  session: Omit<ControlledSession, "now">,
  environment: FolderEnvironment,
  log: Log,
): OpenControl {
  const controls = new HostControls({ ...session, now: SYSTEM_CLOCK.now });
  const server = Deno.build.os === "windows" ? undefined : listen(controls, environment, log);
  return { controls, [Symbol.dispose]: () => server?.[Symbol.dispose]() };
}

function listen(controls: HostControls, environment: FolderEnvironment, log: Log): ControlServer | undefined {
  const folder = controlFolder(environment);
  if (folder === undefined) {
    return void log("warn", "beach ctl can't reach this host: no folder is private enough");
  }
  const path = socketPath(folder, crypto.randomUUID().slice(0, RANDOM));
  if (path === undefined) {
    return void log("warn", `beach ctl can't reach this host: too long a path: ${folder}`);
  }
  try {
    const server = ControlServer.open(path, controls, log);
    log("info", `Controls at ${path}`);
    return server;
  } catch (error) {
    return void log(
      "warn",
      `beach ctl can't reach this host: ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
