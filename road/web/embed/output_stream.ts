/** The session as plain bytes for any terminal, for pages that bring their own. */
import type { ScreenSink, WholeSnapshot } from "./join_types.ts";
import { concat } from "../../../frames/bytes.ts";

/** RIS: a terminal as it was when switched on, which a snapshot's bytes expect. */
const RESET = new TextEncoder().encode("\x1bc");
/** What may wait for the reader before it counts as not shown; bytes. A slow reader then gets fewer frames, never more memory. */
const WAITING = 64 * 1024;
/** An honest host stops long before: it sends no more than a window beyond what was shown; bytes. */
const MOST = 32 * 1024 * 1024;

export interface OutputStream {
  readonly sink: ScreenSink;
  readonly output: ReadableStream<Uint8Array>;
  end(): void;
}

/** A stream of the session's output for a program in the page. */
export function outputStream(): OutputStream {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let waiting: (() => void)[] = [];
  let over = false;
  const release = () => {
    const settled = waiting;
    waiting = [];
    for (const settle of settled) settle();
  };
  const output = new ReadableStream<Uint8Array>({
    start: (c) => void (controller = c),
    pull: release,
    cancel: () => {
      over = true;
      release();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: WAITING }));
  const put = (bytes: Uint8Array): Promise<void> => {
    if (over) return Promise.resolve();
    if (WAITING - (controller.desiredSize ?? 0) + bytes.length > MOST) {
      over = true;
      controller.error(new Error(`the host sent ${MOST} bytes that this page has not read`));
      release();
      return Promise.resolve();
    }
    controller.enqueue(bytes);
    return (controller.desiredSize ?? 0) > 0
      ? Promise.resolve()
      : new Promise((settle) => void waiting.push(settle));
  };
  return {
    sink: {
      show: (data) => put(data.slice()),
      replace: ({ data }: WholeSnapshot) => put(concat([RESET, data])),
    },
    output,
    end: () => {
      if (over) return;
      over = true;
      controller.close();
      release();
    },
  };
}
