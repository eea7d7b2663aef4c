/** Errors for people: what was wrong, the value, what would be right, what to try; in one line, with an exit code. */

/** The exit code for an unusable command line, or a value in it. */
export const USAGE = 2;
/** The exit code for a command that was understood and could not be done. */
export const FAILED = 1;

/** The longest value that an error repeats, in characters: the line stays readable. */
const MAX_SHOWN = 80;

export interface FailureParts {
  /** What was wrong, e.g. `--size can't be used`. No full stop. */
  readonly what: string;
  /** The offending value; shown in quotes. */
  readonly value?: string;
  /** What would be right, e.g. `host, writer or COLSxROWS`. */
  readonly wanted?: string;
  /** What to try: a sentence without its full stop. */
  readonly hint?: string;
  /** The exit code: {@link USAGE} or {@link FAILED} (the default). */
  readonly code?: number;
  readonly cause?: unknown;
}

/** A failure that the person can correct. Its message is the whole line. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: number;

  constructor(readonly parts: FailureParts) {
    super(sentence(parts), { cause: parts.cause });
    this.code = parts.code ?? FAILED;
  }
}

function sentence({ what, value, wanted, hint }: FailureParts): string {
  const shown = value === undefined ? "" : `: ${value === "" ? "nothing" : JSON.stringify(shorten(value))}`;
  return `${what}${shown}${wanted === undefined ? "" : `; wanted ${wanted}`}.${
    hint === undefined ? "" : ` ${hint}.`
  }`;
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

/** What controls a terminal, or the order in which letters show. */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** `text` without line breaks and control characters: a name from a file or a peer must not control the terminal, nor read as another. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(CONTROLS, (c) => {
    const code = c.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** Names of errors of other layers whose messages are already written for people, with their exit codes. */
const READABLE: Readonly<Record<string, number>> = {
  CodeError: USAGE,
  ConfigError: USAGE,
  RoadError: FAILED,
};

/** Errors that indicate a bug of Beach, not a fault of the machine or the network. */
const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError] as const;

/** The line that a person sees for any error, without `beach:` in front, and the exit code. */
export function explain(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof Failure) return { line: oneLine(error.message), code: error.code };
  if (!(error instanceof Error)) return { line: oneLine(`Unexpected: ${String(error)}.`), code: FAILED };
  const code = READABLE[error.name];
  if (code !== undefined) return { line: oneLine(error.message), code };
  const message = error.message.split("\n")[0]!;
  if (BUGS.some((Bug) => error instanceof Bug)) {
    const hint = "This is a fault in beach; please report it with the output of --debug-log";
    return { line: oneLine(`${error.name}: ${message}. ${hint}.`), code: FAILED };
  }
  return { line: oneLine(message), code: FAILED };
}
