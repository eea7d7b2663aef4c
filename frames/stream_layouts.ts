/** How the frames of opened streams are encoded (`WIRE.md`, "Opened streams"). */
import { bytes, line, text, uint } from "./checks.ts";
import type { Layouts } from "./layout.ts";
import { MAX_CODE, MAX_HEAD, MAX_SERVICE, type StreamFrame } from "./stream_frames.ts";

/** `Reset` has the same number on each stream; the others exist on opened streams only. */
export const STREAM_LAYOUTS: Layouts<StreamFrame["type"]> = {
  Reset: { code: 0, fields: [["code", text(MAX_CODE)], ["message", line]] },
  Open: { code: 1, fields: [["service", text(MAX_SERVICE)], ["head", bytes(0, MAX_HEAD)], ["limit", uint]] },
  Data: { code: 2, fields: [["base", uint], ["data", bytes(1)]] },
  End: { code: 3, fields: [["size", uint]] },
  Credit: { code: 4, fields: [["have", uint], ["limit", uint]] },
};
