/** The flags of `beach doctor`: those of both ends that say how they would connect. */
import { toggle } from "./flags.ts";
import { BOTH_FLAGS, LOG_FLAGS } from "./options_both.ts";

const { road, iceServer, icePolicy, forceWebsocket, strictWebrtc } = BOTH_FLAGS;

export const DOCTOR_FLAGS = {
  road,
  iceServer,
  icePolicy,
  forceWebsocket,
  strictWebrtc,
  ...LOG_FLAGS,
  json: toggle("json", "tell each finding as JSON, one a line"),
} as const;
