/** One data channel of the browser's. */
import type { RtcChannel } from "../../../transport/webrtc/rtc.ts";

/**
 * A browser counts what it gave to its network thread until that has answered, so a second key in the same millisecond finds a
 * "queue" that is none. On the channel that may lose, so much counts as nothing; a real queue is larger. Bytes.
 */
const HANDED_ON = 4096;

/** A data channel of the browser. */
export class BrowserChannel implements RtcChannel {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: Uint8Array) => void) | null = null;

  constructor(private readonly channel: RTCDataChannel) {
    channel.binaryType = "arraybuffer";
    channel.onopen = () => this.onopen?.();
    channel.onclose = () => this.onclose?.();
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.onmessage?.(new Uint8Array(data)); // text is not ours
    };
  }

  get label(): string {
    return this.channel.label;
  }

  isOpen(): boolean {
    return this.channel.readyState === "open";
  }

  /** The browser copies the bytes before it returns; it throws when its buffer is full or the channel closed. */
  send(message: Uint8Array): boolean {
    if (!this.isOpen()) return false;
    try {
      this.channel.send(message as Uint8Array<ArrayBuffer>);
      return true;
    } catch {
      return false;
    }
  }

  buffered(): number {
    const waiting = this.channel.bufferedAmount;
    return this.channel.maxRetransmits === 0 && waiting <= HANDED_ON ? 0 : waiting;
  }

  /** No handler is called from here on. */
  silence(): void {
    this.channel.onopen = this.channel.onclose = this.channel.onmessage = null;
  }
}
