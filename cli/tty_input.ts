/**
 * What is typed at stdin, as bytes. On Linux the terminal is polled: `Deno.stdin.read` waits in a thread, and to wake first that and then
 * us costs a key 0.1 to 0.5 ms. The terminal is opened once more for it, since not to block is a property of an open file,
 * and stdin is the shell's too.
 */
import { closeSync, constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";

export interface TtyInputEvents {
  /** The bytes are the receiver's to keep. While a promise that it returns is not settled nothing more is read. */
  readonly oninput: (bytes: Uint8Array) => void | Promise<void>;
  /** Nothing more will come: the window is closed. At most once, and not after it is disposed. */
  readonly ongone: () => void;
}

/** One read holds any key and most pastes. */
const READ = 64 * 1024;
/** The least time between two looks at a non-blocking stdin that has nothing, in ms: no key feels it. */
const LOOK = 4;

/** Reads until it is disposed. */
export function readTerminal(events: TtyInputEvents): Disposable {
  const stream = polled();
  return stream ? follow(stream, events) : readAlong(events);
}

/** Null where it can't be had: no Linux, no /proc, another user's terminal (after `su`), or a Deno before 2.7. */
function polled(): ReadStream | null {
  if (Deno.build.os !== "linux") return null;
  let fd: number | undefined;
  try {
    fd = openSync("/proc/self/fd/0", constants.O_RDONLY | constants.O_NOCTTY);
    return new ReadStream(fd);
  } catch {
    if (fd !== undefined) closeSync(fd);
    return null;
  }
}

function follow(stream: ReadStream, { oninput, ongone }: TtyInputEvents): Disposable {
  let over = false;
  const end = () => {
    if (!over) ongone();
    over = true;
  };
  stream.on("data", (data) => {
    if (over) return;
    const taken = oninput(new Uint8Array(data));
    if (!taken) return;
    stream.pause();
    void taken.then(() => stream.resume());
  });
  for (const event of ["end", "error", "close"]) stream.on(event, end);
  return {
    [Symbol.dispose]: () => {
      over = true;
      stream.destroy();
    },
  };
}

function readAlong({ oninput, ongone }: TtyInputEvents): Disposable {
  let over = false;
  const read = async () => {
    const buffer = new Uint8Array(READ);
    while (!over) {
      try {
        const length = await Deno.stdin.read(buffer);
        if (over) return;
        if (length === null) return ongone();
        await oninput(buffer.slice(0, length));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) {
          await new Promise((resolve) => setTimeout(resolve, LOOK));
        } else if (!(error instanceof Deno.errors.Interrupted)) return over || ongone();
      }
    }
  };
  void read();
  return { [Symbol.dispose]: () => over = true };
}
