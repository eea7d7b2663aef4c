/** What a host keeps of its session in files: an audit, a recording. */
import type { Size } from "../../frames/size.ts";
import type { HostRuntime } from "../../session/runtime/host_runtime.ts";
import { HERE, HostAudit } from "../audit/audit.ts";
import type { HostOptions } from "../options/invocation.ts";
import type { HostEvent } from "../report/events.ts";
import { Recorder } from "./recorder.ts";

/** The shared terminal, as far as what is kept needs it. */
export interface KeptTerminal {
  readonly runtime: HostRuntime;
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

/**
 * Opens what the flags name. `fault` is told, in a line, of each file that can't be written any more: the session goes on. Throws {@link
 * Failure} if a file can't be written at all.
 */
export function openKept(
  options: Pick<HostOptions, "audit" | "auditInput" | "record" | "overwrite">,
  terminal: KeptTerminal,
  fault: (words: string) => void,
): Kept {
  using stack = new DisposableStack();
  const audit = options.audit === undefined
    ? undefined
    : stack.use(HostAudit.open(options.audit, options.auditInput, fault));
  let recorder: Recorder | undefined;
  if (options.record !== undefined) {
    recorder = Recorder.open(options.record, terminal.size, fault, options);
    terminal.follow(recorder);
  }
  terminal.runtime.listen({ typed: ({ peer }, bytes) => audit?.typed(peer, bytes) });
  terminal.ontyped = (bytes) => audit?.typed(HERE, bytes);
  const open = stack.move();
  return {
    tell: (event) => audit?.tell(event),
    [Symbol.asyncDispose]: async () => {
      open.dispose();
      await recorder?.[Symbol.asyncDispose]();
    },
  };
}
