/** Asks the person for one line at the terminal: on stderr, since stdout may be somebody's input. */
import { Failure, USAGE } from "../process/failure.ts";
import { keys } from "./keyboard.ts";
import { aborted } from "../process/wait.ts";

export interface AskOptions {
  /** What is typed is not shown. */
  readonly hidden: boolean;
  /** Aborts when the process was told to end. */
  readonly stop: AbortSignal;
}

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return keys().isTerminal() && Deno.stderr.isTerminal();
}

const CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, LF = 10, CR = 13, CTRL_U = 21, BLANK = 32, DELETE = 127;
/** Any passphrase and the longest code; bytes. */
const MOST = 4096;

/**
 * The line, without its end. The question has a line of its own: Deno, where it runs us, clears the one with the cursor once more when it has
 * loaded everything. Throws {@link Failure} where the person gives up, and what `stop` was aborted with.
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
    // A character of UTF-8 goes whole.
    while ((line.pop() ?? 0) >> 6 === 2);
  } else if (byte === CTRL_U) line.length = 0;
  else if (byte >= BLANK && line.length < MOST) line.push(byte);
}

/** What shows the change from `before` bytes to the line as it is: codes are ASCII, one column a byte. */
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
