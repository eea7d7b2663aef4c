/** A process with a display of its own, a capture and a key that is down, to be killed: it prints where the display is. */
import { openDisplay } from "../../../../cli/desktop/x11/display.ts";
import { startVirtualDisplay } from "../../../../cli/desktop/x11/virtual_display.ts";

const environment = Deno.env.toObject();
const signal = AbortSignal.timeout(60_000);
await using virtual = await startVirtualDisplay({ width: 640, height: 480, environment }, signal);
using display = await openDisplay(virtual.name, { ...environment, ...virtual.env }, signal);
using capture = await display.capture({ kind: "all" });
const { rectangles } = await capture.next(signal);
await capture.grab(rectangles, new Uint8Array(640 * 480 * 4));
console.log(JSON.stringify({ name: virtual.name, authority: virtual.env.XAUTHORITY }));
for (;;) await capture.next(signal);
