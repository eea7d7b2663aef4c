/** One data channel of the browser's. */
import type { RtcChannel } from "../../transport/rtc.ts";

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
    return this.channel.bufferedAmount;
  }

  /** No handler is called from here on. */
  silence(): void {
    this.channel.onopen = this.channel.onclose = this.channel.onmessage = null;
  }
}
