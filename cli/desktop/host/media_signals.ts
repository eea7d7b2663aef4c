/** A stream `media` as the signals of a media connection. */
import { ByteReader } from "../../../session/services/byte_reader.ts";
import { MAX_DESKTOP_MESSAGE } from "../../../session/services/desktop/limits.ts";
import { encodeMessage, nextMessage } from "../../../session/services/messages.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { serviceError } from "../../../session/streams/service_error.ts";
import type { MediaSignals } from "../../../transport/media/media_connection.ts";

/** The messages of a `media` stream as the connection wants them. */
export function signalsOf(stream: ServiceStream): MediaSignals {
  const writer = stream.writable.getWriter();
  return {
    // A stream that was reset takes nothing: who hears is told.
    send: (message) => void writer.write(encodeMessage(message)).catch(() => {}),
    onmessage: null,
  };
}

/** Gives what a viewer says to `signals`, until the stream is reset. */
export async function hearMedia(stream: ServiceStream, signals: MediaSignals): Promise<void> {
  const reader = new ByteReader(stream.readable);
  for (;;) {
    const value = await nextMessage(reader, MAX_DESKTOP_MESSAGE);
    if (value === undefined) break;
    try {
      signals.onmessage?.(value);
    } catch (error) {
      throw serviceError(error);
    }
  }
  // The viewer ended its half: the connection lives until the stream is reset.
  if (stream.signal.aborted) return;
  await new Promise((resolve) => stream.signal.addEventListener("abort", resolve, { once: true }));
}
