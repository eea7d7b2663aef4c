import assert from "node:assert/strict";
import type { HostRuntimeEvents } from "../../../session/runtime/host_runtime.ts";
import { NOTHING } from "../../../session/roster/grant.ts";
import { PortOffers } from "../../../cli/services/port_offers.ts";
import type { Link } from "../../../transport/link.ts";
import { poll } from "../../support/deadline.ts";

/** A host whose viewers are told of ports, all of which they may reach unless `may` says otherwise. */
function host(may: (port: number) => boolean = () => true) {
  const told: string[] = [];
  let events: Partial<HostRuntimeEvents> = {};
  const offers = new PortOffers({
    listen: (to) => {
      events = to;
      return () => {};
    },
    offer: (peer, port) => void told.push(`${peer} ${port}`),
  }, may);
  const member = (peer: string) => ({ peer, name: "", grant: NOTHING });
  return {
    told,
    prints: (text: string) => offers.output(new TextEncoder().encode(text)),
    links: (peer: string) => events.linked!(member(peer), {} as Link),
    leaves: (peer: string) => events.left!(member(peer), "left"),
    [Symbol.dispose]: () => offers[Symbol.dispose](),
  };
}

Deno.test("ports: what listens is told to each viewer once, also to one that comes later, as long as it listens", async () => {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = server.addr;
  using it = host();
  it.links("ann");
  it.prints(`Local: http://localhost:${port}/\r\n`);
  await poll(() => it.told.length > 0, 5000, "the first line");
  it.prints(`again http://127.0.0.1:${port}/\r\n`);
  it.links("ann");
  it.links("bob");
  await poll(() => it.told.length > 1, 5000, "the second viewer's");
  assert.deepEqual(it.told, [`ann ${port}`, `bob ${port}`]);
  it.leaves("bob");
  server.close();
  it.links("bob");
  it.links("cat");
  using other = Deno.listen({ hostname: "::1", port: 0 });
  it.prints(`http://[::1]:${other.addr.port} \n`);
  await poll(() => it.told.length >= 5, 5000, "the next server's");
  assert.deepEqual(
    it.told.slice(2).sort(),
    ["ann", "bob", "cat"].map((peer) => `${peer} ${other.addr.port}`),
  );
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("ports: a server that listens a moment after it said so is found; what may not be reached is never looked for", async () => {
  const { port } = closed();
  using forbidden = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const looked: number[] = [];
  using it = host((wanted) => {
    looked.push(wanted);
    return wanted !== forbidden.addr.port;
  });
  it.links("ann");
  it.prints(`http://localhost:${forbidden.addr.port} http://localhost:${port} \n`);
  // Time for the first look, which finds nothing: were it late, the next finds it all the same.
  await poll(() => looked.length === 2, 5000, "both were seen");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(it.told, []);
  using _late = Deno.listen({ hostname: "127.0.0.1", port });
  await poll(() => it.told.length > 0, 10_000, "the port");
  assert.deepEqual(it.told, [`ann ${port}`]);
});

/** A port that nothing has now. */
function closed(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: listener.addr.port };
}
