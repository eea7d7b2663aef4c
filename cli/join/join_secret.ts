/** What `beach join` needs to know and was not told on the command line, where others could read it: the code, and a passphrase. */
import { CodeError, type JoinCode, parseCode } from "../../transport/auth/join_code.ts";
import { ask, canAsk, firstLine } from "../terminal/ask.ts";
import { Failure, USAGE } from "../process/failure.ts";
import { refuseInside } from "../process/nested_session.ts";
import { takeTerminal } from "../terminal/keyboard.ts";
import type { JoinOptions, PeerOptions } from "../options/invocation.ts";

/** With all that a join takes: the road, and the secret as words or passphrase. */
export type Complete<O extends PeerOptions> = O & {
  readonly code: JoinCode;
  readonly road: string;
  readonly secret: string;
};
export type CompletePeer = Complete<PeerOptions>;
export type CompleteJoin = Complete<JoinOptions>;

/** Asks for what is missing. Throws {@link Failure} or CodeError where it can't be had, and what `stop` was aborted with. */
export async function complete<O extends PeerOptions>(options: O, stop: AbortSignal): Promise<Complete<O>> {
  const code = options.code ?? await askCode(options.fromStdin, stop);
  refuseInside(code.session, Deno.env.get("BEACH_SESSION"));
  const road = code.road ?? options.road;
  if (road === undefined) {
    throw new Failure({
      what: "The code names no road",
      value: code.session,
      hint: "Use the URL that the host printed, or add --road URL",
      code: USAGE,
    });
  }
  const secret = code.words ?? options.passphrase;
  if (secret !== undefined) return { ...options, code, road, secret };
  if (!canAsk()) {
    throw new Failure({
      what: "The code is a session's id alone: its secret is missing",
      value: code.session,
      wanted: "the whole code, as in 7kq2mx-river-lamp-ocean",
      hint: "Copy it from the host's terminal, or add --passphrase-file F if the host has a passphrase",
      code: USAGE,
    });
  }
  const typed = await ask(
    `${code.session} is the session's id alone. Its secret words, or its passphrase:`,
    {
      hidden: true,
      stop,
    },
  );
  return { ...options, ...read(code, typed), road };
}

async function askCode(fromStdin: boolean, stop: AbortSignal): Promise<JoinCode> {
  if (fromStdin && !Deno.stdin.isTerminal()) {
    const line = await firstLine();
    takeTerminal();
    return parseCode(line);
  }
  if (!canAsk()) {
    throw new Failure({
      what: "No join code was given",
      hint: "Try: beach join 7kq2mx-river-lamp-ocean, or beach join - to read it from stdin",
      code: USAGE,
    });
  }
  return parseCode(await ask("Join code:", { hidden: false, stop }));
}

/** Words as in a code, also with blanks between them; anything else is a passphrase. */
function read(code: JoinCode, typed: string): { readonly code: JoinCode; readonly secret: string } {
  if (typed === "") throw new Failure({ what: "No secret was given", hint: "Try again", code: USAGE });
  try {
    const whole = parseCode(`${code.session}-${typed.trim().replace(/\s+/g, "-")}`);
    if (whole.words !== undefined && whole.road === undefined) {
      return { code: { ...code, access: whole.access, words: whole.words }, secret: whole.words };
    }
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
  }
  return { code, secret: typed };
}
