import assert from "node:assert/strict";
import { AddressWatch } from "../../../cli/network/address_watch.ts";

Deno.test("another list of addresses is a move, once; none at all is nothing to act on", () => {
  let addresses = ["eth0 10.0.0.2"];
  const watch = new AddressWatch(() => addresses);
  assert.equal(watch.moved(), false);
  addresses = [];
  assert.equal(watch.moved(), false);
  addresses = ["eth0 10.0.0.2"];
  assert.equal(watch.moved(), false);
  addresses = ["eth0 10.0.0.2", "wlan0 10.1.0.7"];
  assert.equal(watch.moved(), true);
  assert.equal(watch.moved(), false);
});
