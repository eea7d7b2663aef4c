/** `beach ctl` and `beach list`: this machine's hosts, asked and told by their control sockets. */
import type { ControlOptions, ListOptions } from "../options/invocation.ts";
import { Failure, USAGE } from "../process/failure.ts";
import type { Io } from "../process/io.ts";
import { print } from "../terminal/print.ts";
import type { HostReady } from "../report/events.ts";
import { ask, findHosts, type FoundHost } from "./control_client.ts";
import { abilities, sessionsText, sessionText } from "./control_text.ts";
import type { SessionLine, ViewerLine } from "./host_controls.ts";

/** `beach list`. Returns 0. */
export async function runList({ json }: ListOptions, io: Io): Promise<number> {
  const hosts = await allHosts(io);
  const sessions = hosts.flatMap(({ line }) => line ?? []);
  if (json) await print(JSON.stringify(sessions) + "\n");
  else if (hosts.length === 0) await print("No session is shared from here\n");
  else await print(sessionsText(sessions));
  for (const { path } of hosts.filter(({ line }) => line === undefined)) {
    await print(`beach: A host does not answer: ${path}\n`, Deno.stderr);
  }
  return 0;
}

/** `beach ctl`. Returns 0; throws {@link Failure} for what is not done. */
export async function runControl({ host: wanted, request, json }: ControlOptions, io: Io): Promise<number> {
  const { path, line } = chosen(await allHosts(io), wanted, io.environment.BEACH_SESSION);
  const { method, params } = request;
  const result = method === "list" ? line : await ask(path, method, params);
  await print(json ? JSON.stringify(result) + "\n" : words(method, params, result));
  return 0;
}

async function allHosts(io: Io): Promise<FoundHost[]> {
  if (Deno.build.os === "windows") {
    throw new Failure({
      what: "On Windows a host has no control socket",
      hint: "Use the host's own keys there: Ctrl-^ and then m",
    });
  }
  return await findHosts(io.environment);
}

/** The host that is meant: the one named, the one around this shell, or the only one. */
function chosen(hosts: readonly FoundHost[], wanted: string | undefined, around: string | undefined) {
  const here = hosts.flatMap(({ path, line }) => line ? [{ path, line }] : []);
  const found = wanted === undefined
    ? aroundHere(here, around)
    : here.filter(({ line }) => isNamed(line, wanted));
  if (found.length === 1) return found[0]!;
  const names = here.map(({ line }) => line.name === null ? line.session : `${line.session} (${line.name})`);
  if (here.length === 0) {
    const stuck = hosts[0]?.path;
    if (stuck !== undefined) throw new Failure({ what: "The session's host does not answer", value: stuck });
    throw new Failure({ what: "No session is shared from here", hint: "Start one with beach host" });
  }
  throw new Failure({
    what: found.length > 1 ? "Several sessions are shared from here" : "No such session is shared from here",
    ...(wanted !== undefined && { value: wanted }),
    wanted: names.join(", "),
    hint: found.length > 1
      ? `Name one, as in: beach ctl ${found[0]!.line.session} list`
      : "beach list shows them",
    code: USAGE,
  });
}

function aroundHere(here: readonly { readonly path: string; readonly line: SessionLine }[], around?: string) {
  const inside = around?.split(" ")[0];
  const one = here.filter(({ line }) => line.session === inside);
  return one.length === 1 ? one : here;
}

function isNamed({ session, name, pid }: SessionLine, wanted: string): boolean {
  return session === wanted || name === wanted || String(pid) === wanted;
}

/** What was done, for people. */
function words(method: string, params: Readonly<Record<string, unknown>>, result: unknown): string {
  switch (method) {
    case "list":
      return sessionText(result as SessionLine);
    case "grant":
      return `${(result as ViewerLine).peer} ${abilities(result as ViewerLine)}\n`;
    case "kick":
      return `${params.who} was shown out; its code lets nobody in any more\n`;
    case "lock":
      return "Nobody new is let in\n";
    case "unlock":
      return "People can join again\n";
    case "codes": {
      const { code, view_code, url } = result as HostReady;
      return `${code === null ? "" : `To type:   ${code}\n`}To watch:  ${view_code}\nA browser: ${url}\n`;
    }
    case "notice":
      return "Shown to all viewers\n";
    case "stats":
      return JSON.stringify(result, null, 2) + "\n";
    default:
      return "The session ends\n";
  }
}
