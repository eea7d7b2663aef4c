/** What is done to viewers by the menu and the socket: who is meant, what they may do then, and what becomes of codes. */
import assert from "node:assert/strict";
import { Refused } from "../../../cli/control/host_controls.ts";
import { Controlled } from "./controlled.ts";

/** Lets what was begun go on. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("a viewer is meant by its id or its name, if that is one's alone", () => {
  using host = new Controlled();
  assert.throws(() => host.controls.grant("ada", "view"), /there is no viewer/);
  host.join("aaaaaaaa", "Ada", "view");
  host.join("bbbbbbbb", "Bob", "view");
  host.join("cccccccc", "Bob", "view");
  assert.equal(host.controls.grant("Ada", "write").peer, "aaaaaaaa");
  assert.equal(host.controls.grant("bbbbbbbb", "write").role, "write");
  assert.throws(() => host.controls.grant("Bob", "write"), /several are called Bob: .*bbbbbbbb.*cccccccc/);
  assert.throws(() => host.controls.kick("Eve"), /nobody here is called Eve; here: aaaaaaaa \(Ada\)/);
  assert.throws(() => host.controls.grant("", "write"), Refused);
});

Deno.test("whoever loses what its code gave does not get it back by that code; whoever was given more does", async () => {
  using host = new Controlled();
  host.join("aaaaaaaa", "Ada", "write");
  host.join("bbbbbbbb", "Bob", "view");
  host.join("cccccccc", "Cy", "write");
  assert.deepEqual(host.controls.grant("Bob", "write").may, ["look", "type", "forward", "files", "desktop"]);
  assert.deepEqual(host.controls.grant("Bob", "view").may, ["look"]);
  assert.deepEqual(host.story, []);
  assert.deepEqual(host.controls.grant("Ada", "mute").may, ["look", "forward", "files"]);
  assert.equal(host.story.length, 1);
  assert.match(host.story[0]!, /^write replaced: Its keyboard was taken/);
  // The code that both came by is gone already.
  host.controls.grant("Ada", "view");
  host.controls.grant("Cy", "view");
  assert.equal(host.story.length, 1);
  host.controls.kick("Cy");
  await turn();
  assert.deepEqual(host.story.slice(1), ["cccccccc is closed: the host showed you out"]);
  host.controls.kick("Bob", "enough");
  await turn();
  assert.deepEqual(host.story.slice(2), [
    "view replaced: A viewer was shown out: its code lets in nobody any more",
    "bbbbbbbb is closed: enough",
  ]);
});

Deno.test("nobody types at a host that was started with --view-only", () => {
  using host = new Controlled(true);
  host.join("aaaaaaaa", "Ada", "view");
  assert.throws(() => host.controls.grant("Ada", "write"), /--view-only/);
  assert.equal(host.controls.grant("Ada", "view").role, "view");
});

Deno.test("the list says who is here, and how the session is", () => {
  using host = new Controlled();
  host.join("aaaaaaaa", "Ada", "write");
  host.controls.lock(true);
  const { viewers, pid, ...line } = host.controls.list();
  assert.deepEqual(line, {
    session: "7kq2mx",
    name: "demo",
    command: "bash",
    state: "idle",
    quiet: null,
    locked: true,
  });
  assert.equal(pid, Deno.pid);
  const may = ["look", "type", "forward", "files", "desktop"];
  assert.deepEqual(viewers, [{
    peer: "aaaaaaaa",
    name: "Ada",
    role: "write",
    may,
    path: null,
    rtt: null,
    typed: null,
  }]);
  host.runtime.session.output(new TextEncoder().encode("x"));
  assert.equal(host.controls.list().state, "busy");
});
