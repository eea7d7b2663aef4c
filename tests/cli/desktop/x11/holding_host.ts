/** A process that holds Shift and a button, to be killed. Started again by its guard, it lets go of them. */
import { openDisplay } from "../../../../cli/desktop/x11/display.ts";
import { RELEASE, ReleaseGuard, releaseHeld } from "../../../../cli/desktop/x11/input/release_guard.ts";

const environment = Deno.env.toObject();
if (Deno.args[0] === RELEASE) {
  await releaseHeld(Deno.args.slice(1), environment);
  Deno.exit(0);
}
using display = await openDisplay(undefined, environment, AbortSignal.timeout(20_000));
await using _guard = new ReleaseGuard(display.input, environment);
display.input.key({ key: "Shift", code: "ShiftLeft", down: true, by: "position" });
display.input.button(0, true);
await display.input.settled();
console.log("held");
await new Promise((resolve) => setTimeout(resolve, 60_000));
