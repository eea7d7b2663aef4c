/** Uncaught errors: the terminal is restored, one line reports the error, and the process ends. */
import { explain } from "./failure.ts";

export interface LastSteps {
  /** Restores our terminals. */
  readonly restore: () => void;
  /** Shows one line. */
  readonly say: (line: string) => void;
  /** Ends the process. */
  readonly exit: (code: number) => void;
}

/** Handles uncaught errors until it is disposed. */
export function onUnexpected({ restore, say, exit }: LastSteps): Disposable {
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    restore();
    const { line, code } = explain(error);
    say(line);
    exit(code);
  };
  const onerror = (event: ErrorEvent) => end(event, event.error);
  const onrejection = (event: PromiseRejectionEvent) => end(event, event.reason);
  addEventListener("error", onerror);
  addEventListener("unhandledrejection", onrejection);
  return {
    [Symbol.dispose]: () => {
      removeEventListener("error", onerror);
      removeEventListener("unhandledrejection", onrejection);
    },
  };
}
