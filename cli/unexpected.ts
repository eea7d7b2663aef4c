/** Errors that nobody caught: the terminal is restored, one line says what happened, and the process ends. */
import { explain } from "./failure.ts";
import { restoreTerminals } from "./tty.ts";

/** Listens until it is disposed. `exit` ends the process; `say` shows one line. */
export function onUnexpected(say: (line: string) => void, exit: (code: number) => void): Disposable {
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    restoreTerminals();
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
