/** What a host tells of the streams that viewers open: in its log, and as events. */
import assert from "node:assert/strict";
import { Audit } from "../../../cli/services/audit.ts";
import type { StreamEvent } from "../../../cli/report/events.ts";
import type { HostRuntimeEvents } from "../../../session/runtime/host_runtime.ts";
import { encodeHead } from "../../../session/services/service_stream.ts";

const MEMBER = { peer: "abcd2345", grant: new Set<never>() } as unknown as
  & Parameters<HostRuntimeEvents["left"]>[0]
  & Parameters<HostRuntimeEvents["streamOpened"]>[0];

/** An audit whose viewer does what the test says, with what it told. */
function audited() {
  const lines: string[] = [];
  const events: StreamEvent[] = [];
  const clock = { now: 0 };
  let viewer: Partial<HostRuntimeEvents> = {};
  new Audit({
    now: () => clock.now,
    later: (work) => work(),
    log: (words) => lines.push(words),
    tell: (event) => events.push(event),
  }).follow({ listen: (to) => (viewer = to, () => {}) });
  const stream = (id: number, service: string, came = 0, out = 0) => ({ id, service, in: came, out });
  return {
    lines,
    events,
    clock,
    open: (id: number, service: string, head: Record<string, unknown>) =>
      viewer.streamOpened!(MEMBER, stream(id, service), encodeHead(head)),
    close: (
      id: number,
      service: string,
      came: number,
      out: number,
      reason: { code: string; message: string } | null,
    ) => viewer.streamClosed!(MEMBER, stream(id, service, came, out), reason),
    refuse: (service: string) => viewer.streamRefused!(MEMBER, service),
    leave: () => viewer.left!(MEMBER, "left"),
  };
}

Deno.test("audit: each opening and its end are a line and an event: who, what, bytes, how it ended", () => {
  const { open, close, refuse, lines, events } = audited();
  open(16, "forward", { host: "::1", port: 5173 });
  open(18, "requests", { kind: "http", to: "api", method: "GET", path: "/v1?key=secret" });
  open(20, "files", { op: "get", path: "a b" });
  close(16, "forward", 3, 400, null);
  close(18, "requests", 0, 0, { code: "denied", message: "no" });
  refuse("shell");
  assert.deepEqual(lines, [
    "abcd2345: forward [::1]:5173 opened (stream 16)",
    "abcd2345: requests http api GET /v1 opened (stream 18)",
    "abcd2345: files get a b opened (stream 20)",
    "abcd2345: forward [::1]:5173 ended (stream 16): done; 3 bytes in, 400 out",
    "abcd2345: requests http api GET /v1 ended (stream 18): denied, no; 0 bytes in, 0 out",
    "abcd2345: shell is no service here",
  ]);
  assert.deepEqual(events[3], {
    event: "stream_ended",
    peer: "abcd2345",
    stream: 16,
    service: "forward",
    what: "[::1]:5173",
    in: 3,
    out: 400,
    end: "done",
  });
  assert.ok(!JSON.stringify(events).includes("secret"), "no query is told");
});

Deno.test("audit: what a viewer chose is one line without control characters, and not long", () => {
  const { open, close, refuse, lines, events } = audited();
  const evil = "\x1b]0;owned\x07\r\n\u202egpj\x9b2J";
  open(16, "files", { op: "put", path: evil.repeat(500) });
  open(18, "forward", { host: evil, port: 1 });
  open(20, "requests", { kind: { evil }, to: [evil], method: evil, path: 7 });
  close(18, "forward", 0, 0, { code: evil, message: evil });
  refuse(evil);
  for (const words of [...lines, ...events.map((event) => JSON.stringify(event))]) {
    // deno-lint-ignore no-control-regex -- they are what must not be there
    assert.doesNotMatch(words, /[\x00-\x1f\x7f-\x9f\u202e]|\\u00/);
    assert.ok(words.length < 1000, `${words.length} characters`);
  }
});

Deno.test("audit: a flood of openings is told in sums, with its bytes, and no later one is hidden", () => {
  const { open, close, leave, lines, events, clock } = audited();
  for (let id = 16; id < 20_016; id += 2) {
    open(id, "forward", { host: "localhost", port: 1 });
    close(id, "forward", 1, 2, null);
  }
  assert.equal(lines.length, 1000);
  clock.now = 10;
  open(30_000, "forward", { host: "localhost", port: 2 });
  assert.deepEqual(lines.slice(1000), [
    "abcd2345: 9500 more streams opened, 9500 ended; 9500 bytes in, 19000 out",
    "abcd2345: forward localhost:2 opened (stream 30000)",
  ]);
  open(30_002, "forward", { host: "localhost", port: 2 });
  open(30_004, "forward", { host: "localhost", port: 2 });
  leave();
  assert.deepEqual(events.at(-1), {
    event: "streams_more",
    peer: "abcd2345",
    opened: 1,
    ended: 0,
    in: 0,
    out: 0,
  });
});

Deno.test("audit: what is told waits for the requests of its turn, 256 at most, and nothing waits at the end", () => {
  const lines: string[] = [];
  let work = () => {};
  let viewer: Partial<HostRuntimeEvents> = {};
  const audit = new Audit({
    now: () => 0,
    later: (then) => work = then,
    log: (words) => lines.push(words),
    tell: () => {},
  });
  audit.follow({ listen: (to) => (viewer = to, () => {}) });
  const open = (id: number) =>
    viewer.streamOpened!(MEMBER, { id, service: "files", in: 0, out: 0 }, encodeHead({ op: "list" }));
  open(16);
  open(18);
  assert.equal(lines.length, 0);
  work();
  assert.deepEqual(lines.map((line) => line.slice(-10)), ["stream 16)", "stream 18)"]);
  for (let id = 20; id < 20 + 2 * 256; id += 2) open(id);
  assert.equal(lines.length, 2 + 256);
  open(1000);
  assert.equal(lines.length, 2 + 256);
  audit[Symbol.dispose]();
  assert.equal(lines.length, 2 + 257);
  open(1002);
  assert.equal(lines.length, 2 + 258);
});
