/** Text around the flags: examples in help, and commander's errors in our form. */
import type { CommanderError } from "commander";
import { Failure, USAGE } from "../process/failure.ts";

export const FOOTER =
  "Every flag has a variable of the same name (--ice-policy: BEACH_ICE_POLICY); flags win.\nDUR is a time such as 500ms, 2s or 10m.";

/** After each command's help. */
export const EXAMPLES = {
  beach: `
Examples:
  beach host                        share your shell; prints a join code
  beach join 7kq2mx-river-lamp-ocean    join it, from another terminal
  beach road --listen 0.0.0.0:8080  introduce people to each other
  beach cp notes.txt 7kq2mx-river-lamp-ocean:    copy a file to a host's shared folder
  beach doctor                      what works from here, and why a join would fail
Each command has its own help: beach host --help`,
  host: `
Examples:
  beach host                                  share your shell
  beach host --road https://road.example --qr    through a road of your own, with a QR code
  beach host --view-only -- htop              show a program, let nobody type
  beach host --headless --json --wait-for-peer 10m -- bash    a door into a CI job
  beach host --forward 5173 --files . -- npm run dev    with a server and files to reach
  beach host --native helper='python3 helper.py' --serve http://127.0.0.1:11434
                                              with a program and a service to ask
  beach host --record demo.cast --audit audit.jsonl    keep what it showed, who did what
  beach host --desktop                        with this machine's desktop, in a browser
Ctrl-^ and then m shows who is here, c how to join, ? tells more (see --escape).
Without --road only who reaches this machine, as its own network does, can join.
Between terminals nobody on the way can read along. A browser gets its page from
the road: whoever runs that could, and over plain http whoever can alter it.`,
  join: `
Examples:
  beach join 7kq2mx-river-lamp-ocean@192.168.1.5:41234
  beach join https://road.example/j/7kq2mx#river-lamp-ocean
  beach join --view 7kq2mx-river-lamp-ocean --road https://road.example
  beach join -N -L 8080:localhost:5173 7kq2mx-river-lamp-ocean    only forward a port
  beach join                            asks for the code; beach join - reads it from stdin
Ctrl-^ and then . leaves the session, f shows its forwards, ? tells more (see --escape).`,
  call: `
Examples:
  beach call 7kq2mx-river-lamp-ocean '{"hello": "world"}'
  beach call 7kq2mx-river-lamp-ocean helper - < message.json
  beach call 7kq2mx-river-lamp-ocean --http 'GET /api/tags'
  beach call 7kq2mx-river-lamp-ocean --http 'POST /api/chat' models - < body.json
The host offers them: beach host --native helper='python3 helper.py' --serve models=http://127.0.0.1:11434
An answer that is an error is printed as {"error": {"code", "message"}}, with exit code 1; that a body broke off is said on standard error.`,
  cp: `
Examples:
  beach cp notes.txt 7kq2mx-river-lamp-ocean:
  beach cp -r site 7kq2mx-river-lamp-ocean@192.168.1.5:41234:public
  beach cp 7kq2mx-river-lamp-ocean:logs/today.log .
Paths at the host are within the folder that it shares (beach host --files DIR).
What broke off goes on where it was: run the same command again.`,
  ctl: `
Verbs:
  list               who is here, what each may do, by which path
  promote VIEWER     let a viewer type, by its id or its name
  demote VIEWER      let it only watch; mute VIEWER takes the keyboard alone
  kick VIEWER [WHY]  show it out: it can't come back with the code it had
  lock, unlock       let nobody new in, or do again
  codes              make new codes: the old ones die, who is in stays
  notice TEXT        show all viewers a line
  stats, end         the numbers of each viewer; end the session
Examples:
  beach ctl list                    of the only session here, or of the one around this shell
  beach ctl promote Ada
  beach ctl 7kq2mx kick abcd2345 that was enough
  beach ctl list --json             for scripts
A session is named by its id, its host's --name, or its process.
What a viewer loses it does not get back by the code it had: that is replaced.`,
  list: `
Examples:
  beach list            one line a session: waiting, busy or idle, and its viewers
  beach list --json     for scripts`,
  desktop: `
Examples:
  beach desktop install     download it, from the npm registry that is configured here
  beach desktop status      is it installed, and where
  beach desktop remove      remove it, with packs of older versions
  beach desktop licence     what it is, and under which licence
  beach desktop encoders    which H.264 encoders work here: hardware is tried
The pack is FFmpeg with x264 (GPL-3.0), no part of Beach.`,
  road: `
Examples:
  beach road --listen 0.0.0.0:8080
  beach road --listen 127.0.0.1:8080 --public-url https://road.example --trust-proxy
  beach road --listen :443 --tls-cert cert.pem --tls-key key.pem
  beach road --config road.json --redis redis://127.0.0.1:6379 --check`,
  doctor: `
Examples:
  beach doctor                                 what works from here, with a road of its own
  beach doctor --road https://road.example     whether a join through this road would work
  beach doctor --ice-server turn:ann:secret@turn.example:3478 --json
It exits with 0 if a join would work, else with 1.`,
  completions: `
Examples:
  source <(beach completions bash)                                    in ~/.bashrc
  source <(beach completions zsh)                                     in ~/.zshrc, after compinit
  beach completions fish > ~/.config/fish/completions/beach.fish`,
  play: `
Examples:
  beach play demo.cast
  beach play --speed 2 --idle-limit 1s https://example.com/demo.cast
Space stops, . and , step, arrows seek, / searches, + and - change the speed, [ and ]
go to marks, q leaves; ? shows all keys. What a recording may do to this terminal is
what a host may: nothing of it writes to the clipboard or answers questions.`,
  audit: `
Examples:
  beach host --audit audit.jsonl      write who joins, types, forwards, copies
  beach audit audit.jsonl             are all lines there, and as they were written?
It exits with 0 if no line is missing or changed, else with 1, and names the first 20.
Lines that were cut off at the end show in that the last one is not "closed". Who may
write the whole file can make another: keep the last line's hash, which it prints.`,
} as const;

const COMMANDS = [
  "host",
  "join",
  "call",
  "cp",
  "ctl",
  "list",
  "desktop",
  "road",
  "doctor",
  "play",
  "audit",
  "completions",
] as const;
const NAMES = `${COMMANDS.slice(0, -1).join(", ")} or ${COMMANDS.at(-1)}`;
const CODE_FORM = /^(?:https?:\/\/\S+\/j\/|[a-km-np-z2-9]{6,16}-[a-z]+-)/i;

/** Commander's error about `argv`, as a {@link Failure}. */
export function commanderFailure(error: CommanderError, argv: readonly string[]): Failure {
  const command = COMMANDS.find((name) => name === argv[0]);
  const help = `Try: beach ${command === undefined ? "" : `${command} `}--help`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  const meant = /Did you mean (?:one of )?(.+)\?\)/.exec(error.message)?.[1];
  const hint = meant === undefined ? help : `Did you mean ${meant}? ${help}`;
  switch (error.code) {
    case "commander.unknownOption":
      return quoted.includes("=")
        ? failure("Unknown flag, or one that takes no value", quoted, hint)
        : failure("Unknown flag", quoted, hint);
    case "commander.unknownCommand":
      return CODE_FORM.test(quoted)
        ? failure(
          "Unknown command",
          quoted,
          "To join a session: beach join CODE",
          NAMES,
        )
        : failure("Unknown command", quoted, hint, NAMES);
    case "commander.optionMissingArgument":
      return failure("A flag lacks its value", quoted.replace(/^-\w, /, ""), help);
    case "commander.excessArguments": {
      const extra = /: ([^:]*)\.$/.exec(error.message)?.[1];
      if (command === "host") {
        return failure(
          "A command must stand after --",
          extra,
          `Try: beach host -- ${extra?.replaceAll(",", "")}`,
        );
      }
      return failure(
        "Too many arguments",
        extra,
        help,
        command === "join" ? "one join code" : command === "desktop" ? "one verb" : "flags only",
      );
    }
    default:
      return failure(error.message.replace(/^error: /, "").replace(/\.$/, ""), undefined, help);
  }
}

function failure(what: string, value: string | undefined, hint: string, wanted?: string): Failure {
  return new Failure({ what, value, wanted, hint, code: USAGE });
}
