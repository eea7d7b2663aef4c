/** Asks the person for one line at the terminal: on stderr, since stdout may be another program's input. */
import { Failure, USAGE } from "../process/failure.ts";
import { keys } from "./keyboard.ts";
import { aborted } from "../process/wait.ts";

export interface AskOptions {
  /** Whether the typed text is not shown. */
  readonly hidden: boolean;
  /** Aborts when the process was told to end. */
  readonly stop: AbortSignal;
}

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return keys().isTerminal() && Deno.stderr.isTerminal();
}

const CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, LF = 10, CR = 13, CTRL_U = 21, BLANK = 32, DELETE = 127;
/** The longest line, in bytes: longer than any passphrase or code. */
const MOST = 4096;

/**
 * The line, without its end. The question is on a line of its own: Deno, when it runs Beach from source, clears the line with the cursor
 * once more when it has loaded everything. Throws {@link Failure} if the person gives up, and the reason of `stop` if that aborts.
 */
export async function ask(question: string, { hidden, stop }: AskOptions): Promise<string> {
  const say = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  const keyboard = keys();
  say(question + "\n");
  keyboard.setRaw(true);
  try {
    const line: number[] = [];
    const buffer = new Uint8Array(MOST);
    for (;;) {
      const length = await Promise.race([keyboard.read(buffer), aborted(stop).then(() => null)]);
      stop.throwIfAborted();
      if (length === null) throw givenUp();
      for (const byte of buffer.subarray(0, length)) {
        if (byte === CTRL_C || (byte === CTRL_D && line.length === 0)) throw givenUp();
        if (byte === LF || byte === CR) return new TextDecoder().decode(Uint8Array.from(line));
        const before = line.length;
        edit(line, byte);
        if (!hidden) say(echo(line, before));
      }
    }
  } finally {
    keyboard.setRaw(false);
    say("\r\n");
  }
}

function edit(line: number[], byte: number): void {
  if (byte === BACKSPACE || byte === DELETE) {
    // Removes a whole character of UTF-8.
    while ((line.pop() ?? 0) >> 6 === 2);
  } else if (byte === CTRL_U) line.length = 0;
  else if (byte >= BLANK && line.length < MOST) line.push(byte);
}

/** The output that changes the shown line of `before` bytes to the current one: codes are ASCII, one column per byte. */
function echo(line: readonly number[], before: number): string {
  return line.length > before ? String.fromCharCode(line.at(-1)!) : "\b \b".repeat(before - line.length);
}

function givenUp(): Failure {
  return new Failure({ what: "Nothing was entered", hint: "Try again", code: USAGE });
}

/** The first line of stdin. */
export async function firstLine(): Promise<string> {
  const bytes: number[] = [];
  const buffer = new Uint8Array(MOST);
  while (bytes.length < MOST && !bytes.includes(LF)) {
    const length = await Deno.stdin.read(buffer);
    if (length === null) break;
    bytes.push(...buffer.subarray(0, length));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes)).split("\n")[0]!;
}
