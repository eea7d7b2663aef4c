/** The road that a host runs for itself where none is named. */
import type { StartRoad } from "./io.ts";
import { lanAddress } from "./lan.ts";

export interface OwnRoad extends AsyncDisposable {
  readonly publicUrl: string;
  /** How the host itself asks: loopback is there whatever becomes of the network. */
  readonly loopbackUrl: string;
}

/** Starts it at any free port. Throws Error if it can't listen. */
export async function startOwnRoad(startRoad: StartRoad): Promise<OwnRoad> {
  const address = lanAddress(Deno.networkInterfaces());
  // What is printed must be listened on. `::` takes IPv4 too, but on Windows; there is no IPv4 to speak of, or it would be printed.
  const [hostname, loopback] = address.startsWith("[") ? ["::", "[::1]"] : ["0.0.0.0", "127.0.0.1"];
  const road = await startRoad({ hostname, port: 0 });
  return {
    publicUrl: `http://${address}:${road.addr.port}`,
    loopbackUrl: `http://${loopback}:${road.addr.port}`,
    [Symbol.asyncDispose]: () => road[Symbol.asyncDispose](),
  };
}
