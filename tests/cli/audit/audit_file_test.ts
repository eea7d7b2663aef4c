import assert from "node:assert/strict";
import { AuditFile } from "../../../cli/audit/audit_file.ts";
import { audited, HostAudit } from "../../../cli/audit/audit.ts";
import type { Clock } from "../../../session/runtime/clock.ts";
import { linux, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { checkLines } from "./audit_lines.ts";

const entries = (path: string) =>
  Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));
const verdict = (path: string) => checkLines([Deno.readFileSync(path)]);
const open = (path: string) => AuditFile.open(path, assert.fail, () => 5);

Deno.test("audit file: another host goes on where one ended, and each begin and end is there", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.jsonl");
  for (let i = 0; i < 3; i++) {
    using file = open(path);
    file.write({ event: "guesses", failures: i });
  }
  assert.deepEqual(
    entries(path).map(({ event }) => event).join(" "),
    Array(3).fill("opened guesses closed").join(" "),
  );
  assert.deepEqual([verdict(path).wrong, verdict(path).closed], [0, true]);
  if (Deno.build.os !== "windows") assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
});

Deno.test("audit file: cut off anywhere in its last line, it goes on and says so", async () => {
  await using folder = await TempDir.create();
  const model = folder.join("whole.jsonl");
  {
    using file = open(model);
    file.write({ event: "guesses", failures: 1 });
  }
  const bytes = Deno.readFileSync(model);
  const path = folder.join("cut.jsonl");
  const lines = verdict(model).lines;
  for (let end = bytes.length; end > 0; end--) {
    Deno.writeFileSync(path, bytes.subarray(0, end));
    const cut = verdict(path);
    assert.equal(cut.wrong, 0);
    assert.equal(cut.open > 0, bytes[end - 1] !== 0x0a);
    // Fewer bytes may be the begin of anything.
    if (end < 8) continue;
    const whole = bytes[end] === 0x0a;
    open(path)[Symbol.dispose]();
    const after = verdict(path);
    assert.deepEqual(
      [after.wrong, after.closed, after.cut],
      [0, true, cut.open > 0 && !whole ? 1 : 0],
      `${end}`,
    );
    assert.ok(after.lines <= lines + 3);
    // What was cut off can't be changed after that either.
    const text = Deno.readTextFileSync(path);
    if (cut.open > 20) {
      const at = bytes.subarray(0, end).lastIndexOf(0x0a) + 10;
      Deno.writeTextFileSync(path, `${text.slice(0, at)}#${text.slice(at + 1)}`);
      assert.ok(verdict(path).wrong > 0, `${end}`);
    }
  }
});

Deno.test("audit file: what is none stays as it is, and one host alone writes it", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("notes.txt");
  for (const other of ["my notes\n", "my notes", `${"x".repeat(300_000)}\n`]) {
    Deno.writeTextFileSync(path, other);
    assert.throws(() => open(path), /does not end as an audit does: .*notes\.txt/);
    assert.equal(Deno.readTextFileSync(path), other);
  }
  assert.throws(() => open(folder.join("no/a")), /^Failure: The audit can't be written: .* No such file/);
  assert.throws(() => open(folder.path), /The audit/);
  const ours = folder.join("ours");
  using _first = open(ours);
  assert.throws(() => open(ours), /Another host writes this audit/);
});

testWith([linux], "audit file: a full disk ends it with one line", () => {
  const faults: string[] = [];
  using file = AuditFile.open("/dev/full", (words) => faults.push(words));
  for (let i = 0; i < 10; i++) file.write({ event: "guesses", failures: i });
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^The audit ended early: No space left/);
});

Deno.test("audit: codes, notices and numbers are not in it", () => {
  const way = {
    session: "s",
    code: "s-secret-words-here",
    url: "http://x/j/s#secret",
    road: "http://x",
    view_code: null,
  };
  assert.deepEqual(audited({ event: "code", why: "guessed", ...way }), { event: "code", why: "guessed" });
  assert.equal(audited({ event: "notice", message: "…" }), null);
  assert.deepEqual(audited({ event: "grant", peer: "p", can: ["look", "type"] }), {
    event: "grant",
    peer: "p",
    can: "look type",
  });
});

/** A clock that moves by hand. */
class HandClock implements Clock {
  at = 0;
  #due: { at: number; run: () => void } | undefined;
  now() {
    return this.at;
  }
  after(ms: number, run: () => void) {
    this.#due = { at: this.at + ms, run };
    return () => this.#due = undefined;
  }
  move(ms: number) {
    this.at += ms;
    const due = this.#due;
    if (!due || due.at > this.at) return;
    this.#due = undefined;
    due.run();
  }
}

Deno.test("audit: who comes and goes a thousand times in a second fills no disk, and the number is told", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.jsonl");
  const clock = new HandClock();
  {
    using audit = new HostAudit(open(path), false, clock);
    for (let i = 0; i < 1000; i++) {
      audit.tell({ event: "peer_joined", peer: `p${i}`, role: "view" });
      audit.tell({ event: "peer_left", peer: `p${i}`, reason: "left" });
    }
  }
  const told = entries(path);
  assert.equal(told.length, 1 + 200 + 1 + 1);
  assert.deepEqual([told.at(-2).joined, told.at(-2).left], [900, 900]);
});

Deno.test("audit: a burst is told when it is over, before its writer's leaving, and at the end", async () => {
  await using folder = await TempDir.create();
  const path = folder.join("a.jsonl");
  const clock = new HandClock();
  {
    using audit = new HostAudit(open(path), true, clock);
    audit.typed("host", new TextEncoder().encode("ls\r"));
    clock.move(1999);
    assert.equal(entries(path).length, 1);
    clock.move(1);
    assert.equal(entries(path).at(-1).input, "ls\r");
    audit.typed("abcd2345", new TextEncoder().encode("x"));
    audit.tell({ event: "peer_left", peer: "abcd2345", reason: "left" });
    audit.typed("host", new Uint8Array([0xff]));
  }
  assert.deepEqual(
    entries(path).map(({ event, input, input_base64 }) => [event, input ?? input_base64]).slice(2),
    [
      ["typed", "x"],
      ["peer_left", undefined],
      ["typed", "/w=="],
      ["closed", undefined],
    ],
  );
});
