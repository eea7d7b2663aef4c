import assert from "node:assert/strict";
import fc from "fast-check";
import type { Signal, SignalKind } from "../../../transport/schema/signal.ts";
import { Kept } from "../../../road/negotiation/pending_signals.ts";
import { Negotiation, type Side } from "../../../road/negotiation/negotiation.ts";
import { Refused } from "../../../road/refused.ts";

const signal = (kind: SignalKind, negotiation = 1, data = "AA"): Signal => ({ kind, negotiation, data });

/** A controller with both ends there. */
function both(answerTime = 1000): Negotiation {
  const controller = new Negotiation(answerTime, 0, new Kept(Infinity));
  controller.attach("host");
  controller.attach("viewer");
  return controller;
}

function refused(controller: Negotiation, from: Side, sent: Signal, message: RegExp, code = "out_of_order") {
  assert.throws(() => controller.receive(from, sent, 1), (error: unknown) => {
    assert.ok(error instanceof Refused && error.code === code);
    assert.match(error.message, message);
    assert.ok(error.hint);
    return true;
  });
}

Deno.test("a negotiation passes offer, answer and candidates, and says each state once", () => {
  const c = both();
  assert.deepEqual(c.receive("host", signal("offer"), 10), { deliver: [signal("offer")], state: "offer" });
  assert.equal(c.receive("host", signal("ice"), 11).state, undefined);
  assert.deepEqual(c.receive("viewer", signal("answer"), 12), {
    deliver: [signal("answer")],
    state: "answer",
  });
  assert.equal(c.receive("viewer", signal("ice"), 13).state, "ice");
  assert.equal(c.receive("viewer", signal("ice"), 14).state, undefined);
  assert.equal(c.report("connected", 2010), true);
  assert.equal(c.report("connected", 2011), false);
  assert.equal(c.connectedAfter(), 2);
  assert.deepEqual(c.view(), {
    negotiation: 1,
    state: "connected",
    offers: 1,
    answers: 1,
    candidates: 3,
    retries: 0,
    kept: 0,
    lastCandidateAt: 14,
    times: { offer: 10, answer: 12, ice: 13, connected: 2010 },
  });
});

Deno.test("what is out of order is refused with what is wrong", () => {
  const c = both();
  refused(c, "viewer", signal("answer"), /answer of negotiation 1 came before its offer; there was none yet/);
  refused(c, "viewer", signal("offer"), /the host makes every offer/);
  refused(c, "host", signal("answer"), /the viewer answers/);
  refused(c, "viewer", signal("ice"), /before its offer/);
  c.receive("host", signal("offer", 2), 1);
  refused(c, "host", signal("offer", 1), /offer of negotiation 1 came after the offer of 2/);
  refused(c, "viewer", signal("answer", 1), /came after the offer of 2/);
  refused(c, "viewer", signal("answer", 3), /the newest is 2/);
  refused(c, "viewer", signal("ice", 1), /came after the offer of 2/);
  c.receive("viewer", signal("answer", 2), 1);
  refused(c, "viewer", signal("answer", 2), /has its answer already/);
  for (let i = 0; i < 7; i++) c.receive("host", signal("offer", 2), 1);
  refused(c, "host", signal("offer", 2), /has had 8 offers/);
});

Deno.test("a second offer of the same number gets an answer of its own and changes no state", () => {
  const c = both();
  c.receive("host", signal("offer"), 1);
  c.receive("viewer", signal("answer"), 2);
  c.report("connected", 3);
  assert.equal(c.receive("host", signal("offer"), 4).state, undefined);
  assert.equal(c.receive("viewer", signal("answer"), 5).state, undefined);
  assert.equal(c.state, "connected");
});

Deno.test("candidates ahead of their description follow it", () => {
  const c = both();
  const early = [signal("ice", 1, "AA"), signal("ice", 1, "BB")];
  for (const each of early) assert.deepEqual(c.receive("host", each, 1).deliver, []);
  assert.deepEqual(c.receive("host", signal("offer"), 2).deliver, [signal("offer"), ...early]);
  for (const each of early) assert.deepEqual(c.receive("viewer", each, 3).deliver, []);
  assert.deepEqual(c.receive("viewer", signal("answer"), 4).deliver, [signal("answer"), ...early]);
  c.receive("host", signal("ice", 5), 5);
  assert.deepEqual(c.receive("host", signal("offer", 6), 6).deliver, [signal("offer", 6)]);
  assert.equal(c.view().kept, 0);
});

Deno.test("signals for a side that is away are kept, in order, without what a newer offer replaces", () => {
  const c = both();
  c.detach("viewer");
  for (const s of [signal("control"), signal("offer"), signal("ice"), signal("offer", 2), signal("ice", 2)]) {
    assert.deepEqual(c.receive("host", s, 1).deliver, []);
  }
  assert.deepEqual(c.attach("viewer"), [signal("control"), signal("offer", 2), signal("ice", 2)]);
  assert.deepEqual(c.attach("viewer"), []);
  c.detach("viewer");
  for (let i = 0; i < 64; i++) c.receive("host", signal("ice", 2), 1);
  refused(c, "host", signal("ice", 2), /64 signals are kept/, "unavailable");
  c.receive("host", signal("offer", 3), 1);
  assert.equal(c.view().kept, 1);
});

Deno.test("what is kept is bounded in size too", () => {
  const c = both();
  c.detach("viewer");
  const large = "A".repeat(24 * 1024);
  for (let i = 0; i < 5; i++) c.receive("host", signal("control", 1, large), 1);
  refused(c, "host", signal("control", 1, large), /5 signals are kept/, "unavailable");
});

Deno.test("an offer without an answer fails when its time is over, and only then", () => {
  const c = both(1000);
  assert.equal(c.due(), null);
  c.receive("host", signal("offer"), 500);
  assert.equal(c.due(), 1500);
  assert.equal(c.expire(1499), false);
  assert.equal(c.expire(1500), true);
  assert.equal(c.state, "failed");
  assert.equal(c.due(), null);
  assert.deepEqual(c.receive("host", signal("offer", 2), 1600), {
    deliver: [signal("offer", 2)],
    state: "offer",
  });
});

Deno.test("a pake of the host starts the numbers afresh", () => {
  const c = both();
  c.receive("host", signal("offer", 9), 1);
  c.receive("host", signal("pake"), 2);
  refused(c, "viewer", signal("answer", 9), /none yet/);
  assert.equal(c.receive("host", signal("offer", 1), 3).state, "offer");
});

Deno.test("ends report only what the road can't see", () => {
  const c = both();
  for (const state of ["connecting", "offer", "answer", "ice"] as const) {
    assert.equal(c.report(state, 1), false);
  }
  assert.equal(c.report("fallback", 1), true);
  assert.equal(c.report("connected", 1), true);
});

Deno.test("property: whatever comes, what is delivered was sent, once, and what is kept is bounded", () => {
  const step = fc.oneof(
    fc.record({
      op: fc.constant("take" as const),
      from: fc.constantFrom<Side>("host", "viewer"),
      kind: fc.constantFrom<SignalKind>("pake", "control", "offer", "answer", "ice"),
      negotiation: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ op: fc.constant("attach" as const), side: fc.constantFrom<Side>("host", "viewer") }),
    fc.record({ op: fc.constant("detach" as const), side: fc.constantFrom<Side>("host", "viewer") }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const c = new Negotiation(1000, 0, new Kept(Infinity));
      const seen = new Set<Signal>();
      const sent = new Set<Signal>();
      const deliver = (signals: readonly Signal[]) => {
        for (const each of signals) {
          assert.ok(sent.has(each) && !seen.has(each));
          seen.add(each);
        }
      };
      for (const [at, each] of steps.entries()) {
        if (each.op === "detach") c.detach(each.side);
        else if (each.op === "attach") deliver(c.attach(each.side));
        else {
          const made = signal(each.kind, each.negotiation);
          try {
            sent.add(made);
            deliver(c.receive(each.from, made, at).deliver);
          } catch (error) {
            assert.ok(error instanceof Refused);
            sent.delete(made);
          }
        }
        assert.ok(c.view().kept <= 128);
      }
    }),
    { numRuns: 300 },
  );
});
