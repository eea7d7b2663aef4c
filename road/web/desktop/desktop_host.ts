/** What a shown desktop needs of its session. */
import type { RtcOptions } from "../../../transport/webrtc/rtc.ts";
import type { InputOut } from "../../../session/services/desktop/held_input.ts";
import type { OpenStream } from "../../../session/services/service_stream.ts";

/** The session of a desktop. */
export interface DesktopHost {
  readonly open: OpenStream;
  readonly input: InputOut & { readonly unsent: number };
  /** False: no connection but the session's own. */
  readonly webrtc: boolean;
  /** The servers for a connection that begins now, and until when the road's credential holds (Unix seconds). */
  readonly ice: () => RtcOptions & { readonly expiresAt?: number };
}
