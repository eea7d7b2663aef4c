/** What a person reads where an executable could not be made: one line with the cause and what to try. Pure. */

/** A command of the build that failed, with all that it said. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(readonly command: string, readonly said: string) {
    super(`${command}:\n${said}`);
  }
}

/** The executable was made, and did not tell its version. */
export class UnfitError extends CommandError {}

/** How much of what a command said is repeated, in characters. */
const MAX_SAID = 300;

/** Where Deno fetches its base for executables. */
const BASE_SERVER = "dl.deno.land";

/** `deno`: the version that writes the executable; `base`: the file that DENORT_BIN names, if it does. One line without its end. */
export function explainFailure(error: unknown, deno: string, base: string | undefined): string {
  const said = essence(error instanceof CommandError ? error.said : String(error));
  const another = `name the base (denort) of Deno ${deno} that is here already: DENORT_BIN=FILE`;
  if (error instanceof UnfitError) {
    const hint = base === undefined
      ? `Please report it`
      : `${JSON.stringify(base)}, named by DENORT_BIN, may not be the base of Deno ${deno}`;
    return `The executable does not start, and was not kept: ${shorten(said)}. ${hint}.`;
  }
  if (base !== undefined && said.includes("Could not find denort")) {
    return `DENORT_BIN can't be used: ${
      JSON.stringify(base)
    }; wanted the base (denort) of Deno ${deno}. There is no such file.`;
  }
  if (said.includes(BASE_SERVER)) {
    const cause = said.split("; ").at(-1);
    return `The base for executables can't be fetched from ${BASE_SERVER}: ${cause}. Try where that can be reached, or ${another}.`;
  }
  return `The executable could not be made: ${shorten(said)}.`;
}

/** What a command said, in one line: no colours, no traces. */
function essence(said: string): string {
  // deno-lint-ignore no-control-regex -- colours are escape sequences
  const plain = said.replace(/\x1b\[[\d;]*m/g, "").replace(/\n+Stack backtrace:[^]*$/, "").replace(
    /^error: /i,
    "",
  );
  const lines = plain.split("\n").map((line) => line.trim().replace(/^\d+: /, ""));
  return lines.filter((line) => !/^(?:$|at |Caused by:$)/.test(line)).join("; ") || "it said nothing";
}

function shorten(text: string): string {
  return text.length > MAX_SAID ? `${text.slice(0, MAX_SAID)}…` : text.replace(/\.$/, "");
}
