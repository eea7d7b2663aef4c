/** This program again, to try an encoder in. */
import type { Words } from "../codec/find_encoders.ts";

/** Tries FFmpeg's encoder `name` and prints what it found: `beach desktop encoders NAME`. */
export function trialCommand(name: string): Words {
  const own = ["desktop", "encoders", name];
  return Deno.build.standalone
    ? [Deno.execPath(), ...own]
    : [Deno.execPath(), "run", "-A", "--no-check", Deno.mainModule, ...own];
}
