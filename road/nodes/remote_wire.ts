/** A guest's wire at the node that holds its session: sends messages to the guest, and hands the guest's messages to its
 * membership. */
import type { RoadMessage } from "../../transport/schema/signal.ts";
import { decodeClientMessage } from "../../transport/schema/signal_codec.ts";
import { SignalError } from "../../transport/schema/json_fields.ts";
import type { SocketEnd } from "../close_codes.ts";
import type { Wire } from "../sessions/peer.ts";
import { Refused } from "../refused.ts";
import { type Membership, speak } from "../sessions/membership.ts";
import type { Bus } from "./bus.ts";
import { type Envelope, type Kind, packed } from "./envelope.ts";

const decoder = new TextDecoder();

/** The {@link Wire} of a guest. */
export class RemoteWire implements Wire {
  membership: Membership | null = null;
  #over = false;

  /** `forget` is called once, when the guest is gone. */
  constructor(
    readonly bus: Bus,
    readonly node: string,
    readonly guest: number,
    readonly forget: () => void,
    readonly fault: (error: unknown) => void,
  ) {}

  send(message: RoadMessage): void {
    this.put("told", packed(message));
  }

  relay(bytes: Uint8Array): boolean {
    if (this.#over || !this.bus.up || this.bus.crowded) return false;
    this.put("relayed", bytes);
    return true;
  }

  close({ code, reason }: SocketEnd): void {
    if (this.#over) return;
    this.put("close", packed({ code, reason }));
    this.#over = true;
    this.forget();
  }

  /** Sends one message to the guest's node. */
  put(kind: Kind, payload: Uint8Array): void {
    if (!this.#over && this.bus.up) this.bus.send(this.node, { kind, guest: this.guest, payload });
  }

  /** The guest's socket, or its node, is gone. */
  lost(left: boolean, grace?: number): void {
    if (this.#over) return;
    this.#over = true;
    this.forget();
    this.membership?.gone(left, grace);
  }

  /** Handles a message of the guest. */
  receive({ kind, payload }: Envelope): void {
    try {
      if (kind === "said") this.#said(decoder.decode(payload));
      else {
        // The bus does not reuse the buffer, so the header may be changed in place.
        const ms = this.membership?.relay(payload) ?? 0;
        if (ms > 0) this.put("pause", packed({ ms }));
      }
    } catch (error) {
      const known = error instanceof Refused || error instanceof SignalError;
      if (!known) this.fault(error);
      const told = known
        ? {
          code: error.code,
          message: error.message,
          hint: error instanceof Refused ? error.hint : undefined,
        }
        : { code: "unavailable", message: "the road failed to handle this message" };
      this.put("error", packed(told));
    }
  }

  #said(json: string): void {
    const message = decodeClientMessage(json);
    if (message.type === "ping") throw new Refused("bad_message", "a guest's own node answers its pings");
    if (this.membership !== null) speak(this.membership, message);
  }
}
