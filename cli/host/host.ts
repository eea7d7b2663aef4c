/** `beach host`: shares a terminal. Puts together the terminal, the road, the command, and the person here. */
import { networkAddresses } from "../../transport/native/addresses.ts";
import type { Size } from "../../frames/size.ts";
import type { HostControls } from "../control/host_controls.ts";
import { openControl } from "../control/open_control.ts";
import { watchAddresses } from "../network/address_watch.ts";
import { openRtc, worsener } from "../network/rtc.ts";
import type { HostOptions } from "../options/invocation.ts";
import { Failure } from "../process/failure.ts";
import { type Io, Stopped } from "../process/io.ts";
import { aborted, within } from "../process/wait.ts";
import { childEnv } from "../pty/child_env.ts";
import { Pty } from "../pty/pty.ts";
import { type HostEvent, type HostEvents, stdoutEvents } from "../report/events.ts";
import { type OpenLog, openLog } from "../report/log.ts";
import { reportNumbers } from "../report/report_numbers.ts";
import { type Kept, openKept } from "../record/kept.ts";
import { print } from "../terminal/print.ts";
import { hasTerminal, terminalSize } from "../terminal/tty.ts";
import { announcement, invitation } from "./announce.ts";
import { hostPassphrase } from "./host_passphrase.ts";
import { type HostPeering, openDoor } from "./host_peering.ts";
import { type Beside, ONLY_DESKTOP, shareBeside } from "./beside_terminal.ts";
import { policyOf } from "./host_policy.ts";
import { HostPerson } from "./host_person.ts";
import { HostTerminal } from "./host_terminal.ts";
import { HostViewers } from "./host_viewers.ts";
import { Idle } from "./idle.ts";
import { commandOf, lastBytes, runCommand, untilStopped } from "./shared_command.ts";
import { FALLBACK } from "./size_policy.ts";

const CTRL_C = 3;

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
  // Before anything is set up: a command that is not there is the likeliest mistake.
  const argv = options.onlyDesktop ? undefined : commandOf(options.command, io.environment);
  const passphrase = await hostPassphrase(options.passphrase, io.stop);
  using logs = openLog(options, "nothing");
  await using host = new Host(options, io, events, logs);
  await host.open(passphrase);
  await host.invite();
  return await host.run(argv);
}

class Host implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  /** What ends us besides a signal. */
  readonly #own = new AbortController();
  readonly #stop: AbortSignal;
  readonly #window: Size | undefined;
  readonly #terminal: HostTerminal;
  readonly #person: HostPerson;
  #peering!: HostPeering;
  #viewers!: HostViewers;
  #controls!: HostControls;
  #idle: Idle | undefined;
  #beside!: Beside;
  #kept: Kept | undefined;
  readonly #tell = (event: HostEvent): void => {
    this.#kept?.tell(event);
    void this.events?.emit(event);
  };

  constructor(
    private readonly options: HostOptions,
    private readonly io: Io,
    private readonly events: HostEvents | undefined,
    private readonly logs: OpenLog,
  ) {
    this.#stop = AbortSignal.any([io.stop, this.#own.signal]);
    this.#window = options.headless ? undefined : terminalSize();
    this.#person = new HostPerson(options.headless, this.logs.log);
    this.#terminal = this.#stack.use(
      new HostTerminal({
        ...options,
        ...this.logs,
        window: this.#window,
        typed: () => this.#idle?.active(),
        failed: (error) => this.#own.abort(error),
      }),
    );
    this.#terminal.ownWindow = () => this.#person.screen?.window;
  }

  /** Opens the door, and lets viewers in. */
  async open(passphrase: string | undefined): Promise<void> {
    const { options } = this;
    const { log } = this.logs;
    const { runtime } = this.#terminal;
    // Before anyone is told how to join: a file that can't be written is told first.
    this.#kept = this.#stack.use(openKept(options, this.#terminal, (words) => this.#person.fault(words)));
    const rtc = await openRtc(options, log);
    if (rtc) this.#stack.defer(() => rtc.close());
    const { environment } = this.io;
    const own = { environment, rtc, log, terminal: this.#terminal, person: this.#person, tell: this.#tell };
    const end = (error: Error) => this.#own.abort(error);
    this.#beside = this.#stack.use(
      await shareBeside(options, { ...own, end, stop: this.#stop, ice: () => this.#peering.ice }),
    );
    const policy = policyOf(options, (viewer, gone) => this.#person.ask(viewer, gone));
    const door = { ...options, passphrase, rtc, log, policy };
    this.#peering = this.#stack.use(
      await openDoor({
        ...door,
        heardSince: (peer, time) => runtime.heardSince(peer, time),
        changed: (why) => this.#codeChanged(why),
        notice: (message) => {
          this.#tell({ event: "notice", message });
          this.#person.say(message);
        },
      }, this.io.startRoad),
    );
    const session = {
      ...{ ...options, runtime, door: this.#peering },
      command: options.command?.join(" ") ?? (options.onlyDesktop ? "the desktop" : "the shell"),
      running: () => this.#terminal.running,
      ready: () => announcement(this.#peering),
      end: () => this.#own.abort(new Stopped("request")),
    };
    this.#controls = this.#stack.use(openControl(session, environment, log)).controls;
    const { peers } = this.#peering;
    this.#viewers = new HostViewers({
      peers,
      runtime,
      worsen: worsener(options),
      tell: (event) => this.#tell(event),
      notice: (words) => {
        this.#person.say(words);
        runtime.notice(words);
      },
      passing: (words) => this.#person.passing(options.quiet ? null : words),
    });
    this.#stack.use(watchAddresses(networkAddresses, () => peers.moved()));
    this.#stack.use(reportNumbers(options, log, runtime, this.#tell));
  }

  /** Says how to join, and waits for somebody where that is asked for. */
  async invite(): Promise<void> {
    const { events, options } = this;
    const told = events ? events.emit(announcement(this.#peering)) : print(this.#invitation());
    // A session that nobody can join is none; nobody would notice.
    if (await Promise.race([told, aborted(this.#stop)]) === false) {
      const hint = "Check where stdout goes: a full disk, or a reader that has gone";
      throw new Failure({ what: "How to join can't be written to stdout", hint });
    }
    const todo = await this.#beside.invite?.();
    if (todo !== undefined) await (events?.emit({ event: "notice", message: todo }) ?? print(`${todo}\n`));
    if (events) events.onfault = (words) => this.logs.log("warn", words);
    // Who has to approve the first viewer is asked before it is in.
    if (options.approve) this.#show();
    if (options.waitForPeer !== false) {
      const ms = options.waitForPeer === true ? Infinity : options.waitForPeer;
      await within(this.#viewers.first, ms, "Nobody joined", this.#stop);
    }
    if (!options.headless && !this.#person.screen) this.#show();
    await this.#person.screen?.asked;
  }

  /** Runs the command to its end; returns its exit status. */
  async run(argv: [string, ...string[]] | undefined): Promise<number> {
    const { options } = this;
    const { runtime } = this.#terminal;
    if (options.idleExit !== undefined) {
      const idle = () => this.#own.abort(new Stopped("idleness"));
      this.#idle = this.#stack.use(new Idle(options.idleExit, () => runtime.present > 0, idle));
    }
    if (!argv) this.#terminal.print(ONLY_DESKTOP);
    const status = argv
      ? await runCommand(this.#spawn(argv), this.#terminal, this.#stop)
      : await untilStopped(this.#stop);
    await lastBytes(runtime.end(status), this.#stop, this.logs.log);
    if (!argv && status.code !== 0) throw this.#stop.reason;
    const why = this.#stop.reason instanceof Stopped ? this.#stop.reason.signal : undefined;
    this.#tell({ event: "exit", ...status, ...(why !== undefined && { why }) });
    if (why === "idleness") {
      this.#person.remember("The command was ended: for the time of --idle-exit nobody typed or watched");
    }
    await this.#person.finish();
    return status.code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #spawn(argv: [string, ...string[]]): Pty {
    const env = { ...childEnv(this.io.environment, this.#peering.session), ...this.#beside.env };
    return this.#stack.use(Pty.spawn({ argv, ...this.#terminal.size, env }));
  }

  #codeChanged(why: string): void {
    const { write, view } = this.#peering;
    this.#tell({ event: "code", why, ...announcement(this.#peering) });
    // Our own person's alone: a code is not for all who are in. The code first: a narrow window cuts the rest.
    this.#person.say(why, `New code: ${(write ?? view).code}. `);
    if (!this.#person.screen && !this.events) void print(this.#invitation());
  }

  #invitation(): string {
    const { road, qr } = this.options;
    const { passphrase } = this.#peering;
    const cols = this.#window?.cols ?? FALLBACK.cols;
    return invitation(this.#peering, { passphrase, own: road === undefined, qr, cols });
  }

  /** Shows the session to our person. */
  #show(): void {
    this.logs.screen("session");
    const terminal = this.#terminal;
    const screen = this.#stack.use(this.#person.show({
      size: terminal.size,
      escape: this.options.escape,
      invitation: () => this.#invitation(),
      alone: () => terminal.runtime.present === 0,
      controls: this.#controls,
      emulator: terminal.emulator,
      type: (bytes) => {
        // A raw terminal raises no signal, and no command is there yet to get the key.
        if (!terminal.running && bytes.includes(CTRL_C)) return this.#own.abort(new Stopped("SIGINT"));
        return terminal.type(bytes);
      },
      resized: () => terminal.resize(),
      gone: () => this.#own.abort(new Stopped("SIGHUP")),
    }));
    terminal.follow(screen);
    terminal.resize();
  }
}
