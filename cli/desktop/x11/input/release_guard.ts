/** Lets go of a viewer's keys even if this process is killed: an X server keeps what was pressed pressed, whoever pressed it. */
import type { Environment } from "../types.ts";
import { Connection } from "../connection/connection.ts";
import type { Input } from "./input.ts";

/** The word after which `main.ts` is to call {@link releaseHeld}: for ourselves, and in no help. */
export const RELEASE = "release-input";

/** How long letting go may take, ms. */
const PATIENCE = 10_000;
/** Kinds of events that XTEST makes. */
const KEY_RELEASE = 3;
const BUTTON_RELEASE = 5;

/**
 * Keeps the last line of its stdin, which says what is held. The kernel closes stdin at our end, of whatever kind; what is held then goes to
 * the command as arguments.
 */
const GUARD = `
held=
while read -r line; do held=$line; done
[ -z "$held" ] || exec "$@" $held
`;

/**
 * Guards what `input` holds on the display of `environment` (DISPLAY, XAUTHORITY). A small shell runs from the first key on. Disposing it
 * lets go of everything first.
 */
export class ReleaseGuard implements AsyncDisposable {
  #child: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  constructor(
    private readonly input: Input,
    private readonly environment: Environment,
    private readonly command: readonly string[] = releaseCommand(),
  ) {
    input.onheld = (keycodes, buttons) => {
      this.#tell([...keycodes.map((one) => `k${one}`), ...buttons.map((one) => `b${one}`)].join(" "));
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.input.releaseAll();
    this.input.onheld = null;
    await this.#writer?.close().catch(() => {});
    await this.#child?.status;
  }

  #tell(held: string): void {
    this.#writer ??= this.#start();
    // Without the shell there is no guard, and input goes on.
    this.#writer.write(new TextEncoder().encode(`${held}\n`)).catch(() => {});
  }

  #start(): WritableStreamDefaultWriter<Uint8Array> {
    const named = Object.entries(this.environment).filter(([, text]) => text !== undefined);
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", GUARD, "beach-keys", ...this.command],
      clearEnv: true,
      env: Object.fromEntries(named) as Record<string, string>,
      // What ends our terminal's programs together must not end it before us.
      detached: true,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    return this.#child.stdin.getWriter();
  }
}

/** Lets go of what `held` names: `k38` is X's keycode 38, `b1` its button 1. Throws Failure if the display is not there. */
export async function releaseHeld(held: readonly string[], environment: Environment): Promise<void> {
  using connection = await Connection.open(undefined, environment, AbortSignal.timeout(PATIENCE));
  const xtest = await connection.extension("xtest", "XTEST");
  for (const word of held) {
    const [, kind, number] = /^([kb])(\d{1,3})$/.exec(word) ?? [];
    if (number === undefined) continue;
    const type = kind === "k" ? KEY_RELEASE : BUTTON_RELEASE;
    connection.tell(() => xtest.FakeInput(type, Number(number) & 0xff, 0, connection.root, 0, 0));
  }
  await connection.settled();
}

function releaseCommand(): readonly string[] {
  const own = Deno.build.standalone ? [] : ["run", "-A", "--no-check", Deno.mainModule];
  return [Deno.execPath(), ...own, RELEASE];
}
