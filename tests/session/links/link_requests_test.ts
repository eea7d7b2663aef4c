import assert from "node:assert/strict";
import { LinkRequests } from "../../../session/links/link_requests.ts";
import { LinkSelector } from "../../../session/links/link_selector.ts";
import { PathMonitor } from "../../../session/links/path_monitor.ts";
import { VIEWER } from "../../../session/links/selection_policy.ts";
import { linkWords } from "../../../session/viewer/link_text.ts";
import type { Role } from "../../../frames/link_frames.ts";
import { memoryLinkPair } from "../../../transport/links/memory_link.ts";

/** A viewer's links, and what waits for an answer on them. */
function watched(now: number) {
  const links = new LinkSelector(VIEWER);
  const session = { role: undefined as Role | undefined, unackedSince: undefined as number | undefined };
  const requests = new LinkRequests(links, () => session.unackedSince, now);
  /** One more link, last heard at `heardAt`; with a Welcome if that is said. */
  const open = (heardAt: number, welcomed = true) => {
    const path = new PathMonitor(heardAt);
    const link = {
      link: memoryLinkPair({ random: () => 0, schedule: () => {} })[0],
      path,
      late: (now: number) => now - path.heardAt - 3000,
      probe: () => {},
    };
    links.opened(link, heardAt);
    if (welcomed) links.greeted(link, heardAt);
    return link;
  };
  const words = (now: number, waiting?: string) =>
    linkWords({ role: session.role, linkRequests: requests }, now, waiting);
  return { links, requests, session, open, words };
}

Deno.test("silence is counted over links: from the start, from what a link heard, and on when it is gone", () => {
  const { links, requests, open } = watched(100);
  assert.equal(requests.silence(400), 300);
  const first = open(450);
  assert.equal(requests.silence(500), 50);
  links.closed(first.link, 1000);
  assert.equal(requests.silence(1450), 1000);
  // A fresh link that has heard nothing newer yet.
  open(300);
  assert.equal(requests.silence(1450), 1000);
});

Deno.test("a link that is gone or silent is a fault, and another is asked for every 3 s at most", () => {
  const { requests, session, open } = watched(0);
  assert.equal(requests.fault(0), "gone");
  session.unackedSince = 1000;
  open(1000);
  assert.equal(requests.fault(2999), null);
  assert.equal(requests.fault(3000), "silent");
  const asked = [3000, 3001, 5999, 6000].map((now) => requests.due(now)?.why ?? null);
  assert.deepEqual(asked, ["nothing heard for 2000 ms", null, null, "nothing heard for 5000 ms"]);
  requests.request("a test", 8000);
  assert.deepEqual([9000, 10_999, 11_000].map((now) => requests.due(now) !== null), [false, false, true]);
});

Deno.test("what a person is told of a link: nothing while all is well or may be soon, then since when", () => {
  const { links, requests, session, open, words } = watched(0);
  assert.equal(words(900), null);
  assert.equal(words(1500), "looking for a way to the host, 1 s");
  assert.equal(words(1500, "the host has to approve"), "Waiting: the host has to approve");
  session.role = "write";
  assert.equal(words(2100), "last heard 2 s ago, reconnecting", "it came and went between two looks");
  const first = open(2000);
  session.unackedSince = 2000;
  assert.equal(words(3000), null);
  assert.equal(words(5100), "last heard 3 s ago, reconnecting");
  links.closed(first.link, 5200);
  assert.equal(words(6000), "last heard 4 s ago, reconnecting");
  session.unackedSince = undefined;
  const { path } = open(6500, false);
  path.alive(6900);
  assert.equal(words(7000), "last heard 5 s ago, reconnecting", "the host has not answered");
  assert.equal(requests.late(7000), 2000);
});

Deno.test("where the newest link ends and an older one is open, another is asked for until that has answered", () => {
  const { links, requests, open } = watched(0);
  const first = open(1000);
  const second = open(2000);
  links.closed(second.link, 3000);
  assert.equal(links.current, first);
  assert.equal(requests.fault(3100), "gone");
  const header = { ...first.path.header(3050, false), echo: 3060, time: 77 };
  first.path.heard(header, 3200);
  assert.equal(requests.fault(3200), null);
});
