/** What a host keeps of its session in files: an audit, a recording. */
import type { Size } from "../../frames/size.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import { shownText } from "../../session/vt/shown_text.ts";
import { HERE, HostAudit } from "../audit/audit.ts";
import type { Emulator } from "../emulator/emulator.ts";
import type { HostOptions } from "../options/invocation.ts";
import type { HostEvent } from "../report/events.ts";
import { Recorder } from "./recorder.ts";

/** Of a viewer's name, characters in a recording. */
const MAX_NAME = 64;

/** The shared terminal, as far as what is kept needs it. */
export interface KeptTerminal {
  readonly runtime: HostRuntime;
  readonly emulator: Pick<Emulator, "snapshot">;
  readonly size: Size;
  /** Gives all output to a follower from now on. */
  follow(follower: Recorder): void;
  /** Hears what the host's person types. */
  ontyped: (bytes: Uint8Array) => void;
}

/** The files, until it is disposed. */
export interface Kept extends AsyncDisposable {
  /** Something happened at the host. */
  tell(event: HostEvent): void;
}

export type KeptOptions = Pick<
  HostOptions,
  "audit" | "auditInput" | "record" | "recordFormat" | "recordInput" | "recordMax" | "overwrite"
>;

/**
 * Opens what the flags name, before the command prints anything. `fault` is told, in a line, of each file that can't be written any more:
 * the session goes on. Throws {@link Failure} if a file can't be written at all.
 */
export function openKept(options: KeptOptions, terminal: KeptTerminal, fault: (words: string) => void): Kept {
  using stack = new DisposableStack();
  const audit = options.audit === undefined
    ? undefined
    : stack.use(HostAudit.open(options.audit, options.auditInput, fault));
  const recorder = openRecorder(options, terminal, fault);
  terminal.runtime.listen({
    typed: ({ peer }, bytes) => {
      audit?.typed(peer, bytes);
      recorder?.input(bytes);
    },
    joined: ({ name }) => recorder?.mark(`${shownName(name)} joined`),
    left: ({ name }) => recorder?.mark(`${shownName(name)} left`),
  });
  terminal.ontyped = (bytes) => {
    audit?.typed(HERE, bytes);
    recorder?.input(bytes);
  };
  const open = stack.move();
  return {
    tell: (event) => {
      audit?.tell(event);
      if (event.event === "exit") recorder?.exit(event.code);
    },
    [Symbol.asyncDispose]: async () => {
      open.dispose();
      await recorder?.[Symbol.asyncDispose]();
    },
  };
}

function openRecorder(
  { record, recordFormat: format, recordInput: input, recordMax: max, overwrite }: KeptOptions,
  terminal: KeptTerminal,
  onfault: (words: string) => void,
): Recorder | undefined {
  if (record === undefined) return undefined;
  const { size, emulator } = terminal;
  const snapshot = () => emulator.snapshot();
  const recorder = Recorder.open(record, { size, format, input, max, overwrite, snapshot, onfault });
  terminal.follow(recorder);
  return recorder;
}

function shownName(name: string): string {
  return shownText(name, MAX_NAME) || "Someone";
}
