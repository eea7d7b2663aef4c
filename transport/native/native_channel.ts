/**
 * One data channel of `node-datachannel`, referenced so that garbage collection cannot close it, and guarded so that no exception reaches
 * native code. Deno only.
 */

import type { DataChannel, PeerConnection } from "node-datachannel";
import type { RtcChannel, RtcChannelOptions } from "../webrtc/rtc.ts";

/** Runs a JavaScript handler inside a native callback: an exception that passes into C++ would end the process. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    // Rethrown from the event loop as an uncaught error, so that it is reported but does not pass through native code.
    queueMicrotask(() => reportError(error));
  }
}

/** What belongs to a connection and lives as long as it: a channel or a track. */
export interface NativePart {
  /** Whether it is attached before the far offer is set (a track is answered only then), instead of after it. */
  readonly early: boolean;
  /** Creates the native object. Throws what the library throws. */
  attach(connection: PeerConnection): void;
  /** Closes it; no handler is called afterwards. Settles when the native side has released it. */
  close(): Promise<void>;
}

/**
 * A channel object that exists before its native channel does: on a connection that negotiates by itself, the native channel may only be
 * created when the offer is to be sent, or after the far offer came ({@link attach}).
 */
export class NativeChannel implements RtcChannel, NativePart {
  readonly early = false;
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

  /** Creates the native channel. Each native event accepts one callback, set here once. Throws what the library throws. */
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
    // This callback must always be set: the library frees a channel after it was called, and only then.
    native.onClosed(() =>
      guarded(() => {
        this.#open = false;
        this.#closed.resolve();
        if (!this.#silent) this.onclose?.();
      })
    );
    native.onMessage((message) =>
      guarded(() => {
        if (this.#silent || typeof message === "string") return; // Beach sends no text messages
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
   * The library copies the bytes before it returns. Its result false means "queued", so only an exception (too large, closed) means that
   * the message was refused.
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

  /** Closes the channel; no handler is called afterwards. Settles when the native side has released it. */
  close(): Promise<void> {
    this.#silent = true;
    if (!this.#native) this.#closed.resolve();
    else guarded(() => this.#native!.close());
    return this.#closed.promise;
  }
}
