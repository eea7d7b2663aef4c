import assert from "node:assert/strict";
import { type Interface, lanAddress } from "../../cli/lan.ts";

const at = (name: string, address: string): Interface => ({
  name,
  address,
  family: address.includes(":") ? "IPv6" : "IPv4",
});

Deno.test("the address printed is one that other machines can reach, if there is one", () => {
  const lo = at("lo", "127.0.0.1");
  assert.equal(lanAddress([lo, at("docker0", "172.17.0.1"), at("eth0", "10.1.2.3")]), "10.1.2.3");
  assert.equal(lanAddress([lo, at("docker0", "172.17.0.1")]), "172.17.0.1");
  assert.equal(
    lanAddress([lo, at("eth0", "169.254.7.7"), at("eth0", "fe80::1"), at("eth0", "2001:db8::5")]),
    "[2001:db8::5]",
  );
  assert.equal(lanAddress([lo, at("lo", "::1")]), "127.0.0.1");
  assert.equal(lanAddress([]), "127.0.0.1");
});
