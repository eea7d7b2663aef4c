/** `beach host`: shares a terminal. */
import { HostSession } from "../../session/host/host_session.ts";
import { hostNumbers } from "../../session/stats.ts";
import type { Viewer } from "../../transport/peer/host_peer.ts";
import { networkAddresses } from "../../transport/native/addresses.ts";
import { watchAddresses } from "../network/address_watch.ts";
import { announcement, invitation } from "./announce.ts";
import { childEnv } from "../pty/child_env.ts";
import { Emulator } from "../emulator/emulator.ts";
import { type HostEvent, type HostEvents, stdoutEvents } from "../report/events.ts";
import { Failure } from "../process/failure.ts";
import { defaultShell, findCommand } from "../pty/find_command.ts";
import { openDoor } from "./host_peering.ts";
import { receive } from "./host_viewers.ts";
import { hostPassphrase } from "./host_passphrase.ts";
import { HostScreen } from "./host_screen.ts";
import { Idle } from "./idle.ts";
import { type Io, Stopped } from "../process/io.ts";
import { openLog } from "../report/log.ts";
import { Metrics, type Reading } from "../report/metrics.ts";
import { serveMetrics } from "../report/metrics_server.ts";
import type { HostOptions } from "../options/options.ts";
import { print } from "../terminal/print.ts";
import { Pty } from "../pty/pty.ts";
import { Recorder } from "./recorder.ts";
import { openRtc, worsener } from "../network/rtc.ts";
import { SharedTerminal } from "./shared_terminal.ts";
import { decideSize, FALLBACK } from "./size_policy.ts";
import { hasTerminal, terminalSize } from "../terminal/tty.ts";
import { aborted, whenever, within } from "../process/wait.ts";
import { SessionTimer } from "../process/session_timer.ts";

/** As many as a road takes (`LIMITS.peers`). */
const MAX_VIEWERS = 256;
/** How long the end waits for viewers that are heard to show the last bytes, ms: a slow link takes its time. */
const LAST_BYTES = 20_000;
/** The same where a signal ends us, ms: below the patience of `stop.ts`. */
const LAST_BYTES_STOPPED = 3000;
const CTRL_C = 3;
/** A viewer that falls silent makes no event; ms. */
const LOOK_AGAIN = 250;

/** Shares a terminal until its command ends. Returns the command's exit status, as a shell tells it. */
export async function runHost(options: HostOptions, io: Io): Promise<number> {
  await using events = options.json ? stdoutEvents() : undefined;
  try {
    return await share(options, io, events);
  } catch (error) {
    if (!(error instanceof Stopped)) {
      void events?.emit({ event: "error", message: error instanceof Error ? error.message : String(error) });
    }
    throw error;
  }
}

async function share(options: HostOptions, io: Io, events: HostEvents | undefined): Promise<number> {
  if (!options.headless && !hasTerminal()) {
    throw new Failure({
      what: "No terminal here to show the session in",
      hint: "Run it in a terminal, or add --headless to share without showing it",
    });
  }
  const argv = (options.command ?? [defaultShell(io.environment)]) as [string, ...string[]];
  // Before anything is set up: a command that is not there is the likeliest mistake.
  findCommand(argv[0], { path: io.environment.PATH ?? Deno.env.get("PATH"), cwd: Deno.cwd() });
  const passphrase = await hostPassphrase(options.passphrase, io.stop);
  await using stack = new AsyncDisposableStack();
  const { log, screen, debugging } = stack.use(openLog(options, "nothing"));
  const tell = (event: HostEvent) => void events?.emit(event);
  const own = new AbortController();
  const stop = AbortSignal.any([io.stop, own.signal]);

  const window = options.headless ? undefined : terminalSize();
  const size = decideSize(options.size, window, [], window ?? FALLBACK);
  const rtc = await openRtc(options, log);
  if (rtc) stack.defer(() => rtc.close());
  const emulator = stack.use(
    new Emulator({
      ...size,
      scrollback: options.scrollback,
      onReply: (bytes) => terminal.answer(bytes),
      onPressure: (pause) => terminal.press(pause),
      onTitle: (title) => session.title = title,
      onFailure: (error) => own.abort(error),
    }),
  );
  let display: HostScreen | undefined;
  let afterwards = "";
  let idle: Idle | undefined;
  const look = { changed: () => {} };
  const resize = () =>
    terminal.resize(decideSize(options.size, display?.window, session.viewers.values(), session.size));
  const session: HostSession = new HostSession({
    now: () => performance.now(),
    type: (bytes) => {
      // The writer who typed last may decide the size.
      if (!window || options.size?.kind === "writer") resize();
      idle?.active();
      return terminal.type(bytes);
    },
    snapshot: () => emulator.snapshot(),
    lines: (from, to) => emulator.lines(from, to),
    picture: (id) => emulator.picture(id),
    changed: () => {
      wake.changed();
      look.changed();
    },
    log: (words) => log("debug", words),
    ...(debugging && { trace: (words: string) => log("debug", words) }),
    windowChanged: resize,
  }, { ...size, singleChannel: options.forceSingleChannel, fallbackLoss: options.fallbackLoss });
  const wake = stack.use(new SessionTimer(session));
  const terminal = stack.use(new SharedTerminal(emulator, session));

  const { iceServer: iceServers, maxViewers = MAX_VIEWERS, approve, ...flags } = options;
  const policy = {
    ...flags,
    iceServers,
    maxViewers,
    ...(approve && { approve: (viewer: Viewer, gone: AbortSignal) => display!.ask(viewer, gone) }),
  };
  // Before anyone is told how to join: a file that can't be written is told first.
  if (options.record !== undefined) {
    const fault = (words: string) => {
      log("warn", words);
      display?.notice(words);
      // Who looked away for a moment learns it at the end.
      if (!options.headless) afterwards = `beach: ${words}\n`;
    };
    terminal.follow(
      stack.use(Recorder.open(options.record, session.size, fault, { overwrite: options.overwrite })),
    );
  }
  // Our own person's alone: a code is not for all who are in.
  const say = (words: string, first = "") => {
    log("warn", words);
    display?.notice(first + words);
  };
  const door = stack.use(
    await openDoor({
      ...{ ...flags, passphrase, rtc, log, policy },
      changed: (why) => {
        tell({ event: "code", why, ...announcement(door) });
        // The code first: a narrow window cuts the rest.
        say(why, `New code: ${(door.write ?? door.view).code}. `);
        if (!display && !events) void print(inviting());
      },
      notice: (message) => {
        tell({ event: "notice", message });
        say(message);
      },
    }, io.startRoad),
  );
  const notice = (words: string) => {
    say(words);
    session.notice(words);
  };
  const passing = (words: string) => display?.passing(words);
  const guests = receive({ peers: door.peers, session, worsen: worsener(options), tell, notice, passing });
  stack.use(watchAddresses(networkAddresses, () => door.peers.moved()));
  const read = (): Reading[] =>
    [...session.viewers].map(([of, viewer]) => ({ of, numbers: hostNumbers(viewer, performance.now()) }));
  if (options.metricsListen) stack.use(serveMetrics(options.metricsListen, read));
  stack.use(
    new Metrics(options, log, read, ({ of, numbers }) => tell({ event: "stats", peer: of, ...numbers })),
  );
  const inviting = () => {
    const { passphrase } = door;
    return invitation(door, {
      passphrase,
      own: options.road === undefined,
      qr: options.qr,
      cols: window?.cols ?? FALLBACK.cols,
    });
  };
  const told = events ? events.emit(announcement(door)) : print(inviting());
  // A session that nobody can join is none; nobody would notice.
  if (await Promise.race([told, aborted(stop)]) === false) {
    const hint = "Check where stdout goes: a full disk, or a reader that has gone";
    throw new Failure({ what: "How to join can't be written to stdout", hint });
  }
  if (events) events.onfault = (words) => log("warn", words);
  let running = false;
  const show = () => {
    screen("session");
    display = stack.use(HostScreen.open({
      size: session.size,
      escape: options.escape,
      invitation: inviting,
      alone: () => guests.present === 0,
      emulator,
      type: (bytes) => {
        // A raw terminal raises no signal, and no command is there yet to get the key.
        if (!running && bytes.includes(CTRL_C)) return own.abort(new Stopped("SIGINT"));
        idle?.active();
        return terminal.typeHere(bytes);
      },
      resized: resize,
      gone: () => own.abort(new Stopped("SIGHUP")),
    }));
    terminal.follow(display);
    resize();
  };
  // Who has to approve the first viewer is asked before it is in.
  if (approve) show();
  if (options.waitForPeer !== false) {
    const ms = options.waitForPeer === true ? Infinity : options.waitForPeer;
    await within(guests.first, ms, "Nobody joined", stop);
  }
  if (!options.headless && !display) show();
  await display?.asked;
  running = true;
  const env = childEnv(io.environment, door.session);
  const pty = stack.use(Pty.spawn({ argv, ...session.size, env }));
  if (options.idleExit !== undefined) {
    idle = stack.use(
      new Idle(options.idleExit, () => guests.present > 0, () => own.abort(new Stopped("idleness"))),
    );
  }
  const exited = terminal.run(pty);
  await Promise.race([exited, aborted(stop)]);
  if (own.signal.aborted && !(own.signal.reason instanceof Stopped)) throw own.signal.reason;
  // A signal to us ends the command as a closing window would.
  if (stop.aborted) await pty.close();
  const status = await exited;
  session.exit(status);
  const done = whenever(() => session.allDone, (check) => look.changed = check);
  const looking = setInterval(() => look.changed(), LOOK_AGAIN);
  const [patience, hurry] = stop.aborted
    ? [LAST_BYTES_STOPPED, new AbortController().signal]
    : [LAST_BYTES, stop];
  await within(done, patience, "Not all viewers have shown the end", hurry)
    .catch((error) => log("warn", String(error)));
  clearInterval(looking);
  const why = stop.reason instanceof Stopped ? stop.reason.signal : undefined;
  tell({ event: "exit", ...status, ...(why !== undefined && { why }) });
  if (why === "idleness" && !options.headless) {
    afterwards += "beach: The command was ended: for the time of --idle-exit nobody typed or watched\n";
  }
  await display?.close();
  await print(afterwards, Deno.stderr);
  return status.code;
}
