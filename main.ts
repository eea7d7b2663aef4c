/**
 * The program: chooses the command, and is the only place that ends the process. Each command imports its large modules itself, so that
 * `beach --version` answers at once.
 */
import type { CheckRoad, Io, StartRoad } from "./cli/process/io.ts";
import type { Invocation } from "./cli/options/invocation.ts";
import about from "./deno.json" with { type: "json" };

/** The host's own road and `beach road` are the same: `cli/` gets it from here, since neither imports the other. */
const startRoad: StartRoad = async ({ web = true, ...settings }) => {
  const { startWritten } = await import("./road/start.ts");
  const assets = async () => await (await import("./road/http/web_assets.ts")).viewerAssets();
  return await startWritten({ ...settings, ...(web && { assets }) });
};
const checkRoad: CheckRoad = async (settings) => (await import("./road/start.ts")).check(settings);

async function run(invocation: Exclude<Invocation, { command: "help" }>, io: Io): Promise<number> {
  switch (invocation.command) {
    case "host":
      return await (await import("./cli/host/host.ts")).runHost(invocation.options, io);
    case "join":
      return invocation.options.noTerminal
        ? await (await import("./cli/join/forward_only.ts")).forwardOnly(invocation.options, io)
        : await (await import("./cli/join/join.ts")).runJoin(invocation.options, io);
    case "call":
      return await (await import("./cli/call/call.ts")).runCall(invocation.options, io);
    case "cp":
      return await (await import("./cli/cp/cp.ts")).runCp(invocation.options, io);
    case "ctl":
      return await (await import("./cli/control/ctl.ts")).runControl(invocation.options, io);
    case "list":
      return await (await import("./cli/control/ctl.ts")).runList(invocation.options, io);
    case "desktop":
      return await (await import("./cli/desktop/pack/desktop_command.ts")).runDesktop(invocation.options, io);
    case "road":
      return await (await import("./cli/road/road.ts")).runRoad(invocation.options, io);
    case "completions":
      return await (await import("./cli/completions/completions.ts")).runCompletions(invocation.options);
    case "play":
      return await (await import("./cli/play/play.ts")).runPlay(invocation.options, io);
    case "audit":
      return await (await import("./cli/audit/audit_command.ts")).runAudit(invocation.options);
    case "doctor":
      return await (await import("./cli/doctor/doctor.ts")).runDoctor(invocation.options, io);
  }
}

/** Settles with the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "--version" || argv[0] === "-V") {
    print(Deno.stdout, `beach ${about.version}`);
    return 0;
  }
  const { explain } = await import("./cli/process/failure.ts");
  try {
    // For ourselves: a host that shared a desktop was killed while a viewer held keys.
    if (argv[0] === "release-input") {
      const { releaseHeld } = await import("./cli/desktop/x11/input/release_guard.ts");
      await releaseHeld(argv.slice(1), Deno.env.toObject());
      return 0;
    }
    const { parse, SECRET_VARIABLES } = await import("./cli/options/options.ts");
    const { unknownVariables } = await import("./cli/options/unknown_variables.ts");
    const { scrub } = await import("./cli/process/scrub.ts");
    const env = Deno.env.toObject();
    // They are known from here on; no child process may inherit them, and no other process read them.
    const left = scrub(SECRET_VARIABLES, argv);
    for (const name of SECRET_VARIABLES) Deno.env.delete(name);
    const invocation = parse(argv, env, await unknownVariables(env));
    if (invocation.command === "help") {
      print(invocation.code === 0 ? Deno.stdout : Deno.stderr, invocation.text.trimEnd());
      return invocation.code;
    }
    if (left !== undefined) {
      complain(
        `Other processes can read the secrets of this one's arguments and variables: ${left}. Try --passphrase-file`,
      );
    }
    const { personEnvironment } = await import("./cli/pty/person_environment.ts");
    const environment = personEnvironment(Deno.env.toObject(), Deno.build.standalone);
    const { usePrivateTemp } = await import("./cli/process/private_temp.ts");
    // Before anything can load native code, which a road does not use. From source it is in Deno's cache.
    using _temp = Deno.build.standalone && invocation.command !== "road" ? usePrivateTemp() : undefined;

    const { restoreTerminals } = await import("./cli/terminal/tty.ts");
    const { listenForStop } = await import("./cli/signals/stop.ts");
    const { onUnexpected } = await import("./cli/process/unexpected.ts");
    using _unexpected = onUnexpected({ restore: restoreTerminals, say: complain, exit: Deno.exit });
    using stop = listenForStop((code) => {
      restoreTerminals();
      Deno.exit(code);
    });
    try {
      const code = await run(invocation, { environment, stop: stop.signal, startRoad, checkRoad });
      return stop.code() ?? code;
    } catch (error) {
      // Errors of work that the signal interrupted are not reported.
      if (stop.code() === undefined) throw error;
      return stop.code()!;
    } finally {
      restoreTerminals();
    }
  } catch (error) {
    const { line, code } = explain(error);
    complain(line);
    return code;
  }
}

function complain(line: string): void {
  print(Deno.stderr, `beach: ${line}`);
}

function print(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text + "\n");
  try {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads it; the exit code is enough.
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
