/** The flags of commands that read what a host kept: `beach audit`. */
import { toggle } from "./flags.ts";

export const AUDIT_FLAGS = {
  json: toggle("json", "tell the verdict as JSON"),
} as const;
