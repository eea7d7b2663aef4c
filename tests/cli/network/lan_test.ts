import assert from "node:assert/strict";
import { lanAddress } from "../../../cli/network/lan.ts";
import type { OwnAddress } from "../../../transport/native/addresses.ts";

const at = (name: string, address: string, use: OwnAddress["use"] = "usable"): OwnAddress => ({
  name,
  address,
  family: address.includes(":") ? "IPv6" : "IPv4",
  use,
});

Deno.test("the address printed is one that other machines can reach, if there is one", () => {
  const lo = at("lo", "127.0.0.1", "local");
  const docker = at("docker0", "172.17.0.1", "virtual");
  assert.equal(lanAddress([lo, docker, at("eth0", "10.1.2.3")]), "10.1.2.3");
  assert.equal(lanAddress([lo, docker, at("eth0", "10.1.2.3", "down"), at("wlan0", "10.1.2.4")]), "10.1.2.4");
  assert.equal(lanAddress([lo, docker]), "172.17.0.1");
  assert.equal(
    lanAddress([
      lo,
      at("eth0", "169.254.7.7", "local"),
      at("eth0", "fe80::1", "local"),
      at("eth0", "2001:db8::5"),
    ]),
    "[2001:db8::5]",
  );
  assert.equal(lanAddress([lo, at("lo", "::1", "local")]), "127.0.0.1");
  assert.equal(lanAddress([]), "127.0.0.1");
});
