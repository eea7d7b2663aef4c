/** One data channel of `node-datachannel`, held so that neither garbage collection nor a thrown error can hurt. Deno only. */

import type { DataChannel, PeerConnection } from "node-datachannel";
import type { RtcChannel, RtcChannelOptions } from "../webrtc/rtc.ts";

/** Runs a handler of ours inside a native callback: an exception that crossed into C++ would end the process there. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    // Ours to know, not the native library's to die of: an uncaught error, but from the event loop.
    queueMicrotask(() => reportError(error));
  }
}

/**
 * A channel that exists for its owner before the native one does: on a connection that negotiates by itself the native
 * channel may only be made when the offer is to go out, or after the far offer came ({@link attach}).
 */
export class NativeChannel implements RtcChannel {
  readonly label: string;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: Uint8Array) => void) | null = null;
  readonly #options: RtcChannelOptions;
  readonly #closed = Promise.withResolvers<void>();
  #native: DataChannel | null = null;
  #open = false;
  #silent = false;

  constructor(options: RtcChannelOptions) {
    this.label = options.label;
    this.#options = options;
  }

  /** Makes the native channel. Each native event takes one callback, set here once. Throws what the library throws. */
  attach(connection: PeerConnection): void {
    const { label, id, ordered, maxRetransmits } = this.#options;
    const native = connection.createDataChannel(label, {
      negotiated: true,
      id,
      unordered: !ordered,
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    });
    this.#native = native;
    native.onOpen(() =>
      guarded(() => {
        this.#open = true;
        if (!this.#silent) this.onopen?.();
      })
    );
    // This one must always be set: the library frees a channel when it has been called, and only then.
    native.onClosed(() =>
      guarded(() => {
        this.#open = false;
        this.#closed.resolve();
        if (!this.#silent) this.onclose?.();
      })
    );
    native.onMessage((message) =>
      guarded(() => {
        if (this.#silent || typeof message === "string") return; // text is not ours
        const bytes = message instanceof ArrayBuffer
          ? new Uint8Array(message)
          : new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
        this.onmessage?.(bytes);
      })
    );
  }

  isOpen(): boolean {
    return this.#open && !this.#silent;
  }

  /**
   * The library copies the bytes before it returns. Its own false means "queued", so only an exception (too large, closed)
   * says "not taken".
   */
  send(message: Uint8Array): boolean {
    if (!this.#native || !this.isOpen()) return false;
    try {
      this.#native.sendMessageBinary(message);
      return true;
    } catch {
      return false;
    }
  }

  buffered(): number {
    return this.#native && this.isOpen() ? this.#native.bufferedAmount() : 0;
  }

  /** Closes it; no handler is called again. Settles when the native side has let go of it. */
  close(): Promise<void> {
    this.#silent = true;
    if (!this.#native) this.#closed.resolve();
    else guarded(() => this.#native!.close());
    return this.#closed.promise;
  }
}
