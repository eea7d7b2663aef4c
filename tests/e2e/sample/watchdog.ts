/** A program that never ends by itself, and says so: only the watchdog's thread hears a signal. */
import about from "../../../deno.json" with { type: "json" };
import { listenForStop } from "../../../cli/signals/stop.ts";

if (Deno.args[0] === "--version") console.log(about.version);
else {
  using _stop = listenForStop(() => Deno.exit(1));
  // It listens from a moment after the start on.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  console.log("looping");
  for (;;);
}
