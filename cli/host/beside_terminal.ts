/** What a host shares beside its terminal: services, and a desktop. */
import type { MediaFactory } from "../../transport/media/media_peer.ts";
import type { Log } from "../../transport/log.ts";
import type { RtcOptions } from "../../transport/webrtc/rtc.ts";
import type { OpenDesktop } from "../desktop/open_desktop.ts";
import type { HostOptions } from "../options/invocation.ts";
import { programEnv } from "../pty/child_env.ts";
import type { StreamEvent } from "../report/events.ts";
import { HostServices } from "../services/host_services.ts";
import type { AskPerson } from "../services/permissions.ts";
import { named } from "./host_viewers.ts";
import type { HostPerson } from "./host_person.ts";
import type { HostTerminal } from "./host_terminal.ts";

/** What a viewer's terminal shows where the desktop is shared alone. */
export const ONLY_DESKTOP =
  "This host shares its desktop alone.\r\nOpen the link in a browser to see it.\r\n";

export interface BesideIo {
  readonly environment: Readonly<Record<string, string>>;
  readonly terminal: HostTerminal;
  readonly person: HostPerson;
  /** Null: no WebRTC. */
  readonly rtc: MediaFactory | null;
  readonly ice: () => RtcOptions;
  readonly log: Log;
  readonly tell: (event: StreamEvent) => void;
  readonly stop: AbortSignal;
  /** The only thing that is shared is gone. */
  readonly end: (error: Error) => void;
}

/** What is shared beside the terminal, until it is disposed. */
export interface Beside extends AsyncDisposable {
  /** What the command needs to show windows on the desktop. */
  readonly env: Readonly<Record<string, string>>;
  /** What the host's person has to do, if anything; said once people can join. */
  readonly invite: OpenDesktop["invite"];
}

/** Shares what the flags name with the viewers of the terminal. Throws {@link Failure}. */
export async function shareBeside(options: HostOptions, io: BesideIo): Promise<Beside> {
  await using stack = new AsyncDisposableStack();
  const { terminal, person, log, tell, environment } = io;
  const ask: AskPerson = ({ peer, what, short }, gone) =>
    person.permit({ name: terminal.runtime.member(peer)?.name ?? "", what, short }, gone);
  const asked = options.headless ? undefined : ask;
  const env = programEnv(environment);
  const services = await HostServices.open(options, env, asked, (words) => log("info", words), tell);
  stack.use(services).offerTo(terminal);
  const desktop = stack.use(await shareDesktop(options, io));
  const shared = stack.move();
  return {
    env: desktop?.env ?? {},
    invite: desktop?.invite,
    [Symbol.asyncDispose]: () => shared.disposeAsync(),
  };
}

async function shareDesktop(
  options: HostOptions,
  { terminal, person, rtc, log, ice, tell, stop, environment, end }: BesideIo,
): Promise<OpenDesktop | null> {
  if (options.desktop === false) return null;
  // Its parts are many, and most hosts share a terminal alone.
  const { openDesktop } = await import("../desktop/open_desktop.ts");
  const say = (words: string) => log("info", words);
  const used = (peer: string) => {
    const { name = "" } = terminal.runtime.member(peer) ?? {};
    say(`${peer}: uses the desktop`);
    person.passing(`${named(name)} uses the desktop`);
    tell({ event: "desktop_used", peer });
  };
  const went = (peer: string, how: "video" | "pictures", why: string) => {
    say(`${peer}: the desktop goes as ${how}: ${why}`);
    tell({ event: "desktop_path", peer, how, why });
  };
  const own = { log: say, say: (words: string) => person.fault(words), used, went, stop };
  const opened = await openDesktop(options, {
    ...own,
    environment,
    rtc: rtc ?? undefined,
    ice,
    openPages: !options.headless,
  });
  opened.desktop.offerTo(terminal.runtime);
  opened.desktop.run().catch((error: Error) => {
    if (options.onlyDesktop) return end(error);
    const words = `The desktop is not shared any more: ${error.message}`;
    log("warn", words);
    person.say(words);
  });
  return opened;
}
