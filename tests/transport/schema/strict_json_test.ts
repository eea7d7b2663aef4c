import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Fault,
  list,
  literal,
  object,
  oneOf,
  optional,
  read,
  tagged,
  text,
  whole,
  yesOrNo,
} from "../../../transport/schema/strict_json.ts";

const server = object({
  urls: list(text(8, /^[a-z]+$/, "a name"), 2),
  secret: optional(text(8, /./, "text")),
});
const schema = tagged("type", {
  one: object({ type: literal("one"), count: whole(1, 5, "seconds"), on: yesOrNo }),
  many: object({ type: literal("many"), servers: list(server, 3), mode: optional(oneOf(["a", "b"])) }),
});

const fault = (value: unknown): Fault => {
  const result = read(schema, value);
  return "fault" in result ? result.fault : assert.fail(`${JSON.stringify(value)} was taken`);
};

Deno.test("strict JSON: a fault has its place, what is wanted and what is there", () => {
  const cases: readonly (readonly [value: unknown, at: string, wanted: string, found: unknown])[] = [
    [null, "", "an object", null],
    [[], "", "an object", []],
    [{}, "type", '"one" or "many"', undefined],
    [{ type: "two" }, "type", '"one" or "many"', "two"],
    [{ type: "__proto__" }, "type", '"one" or "many"', "__proto__"],
    [{ type: "one", on: true }, "count", "a whole number of seconds from 1 to 5", undefined],
    [{ type: "one", count: 6, on: true }, "count", "a whole number of seconds from 1 to 5", 6],
    [{ type: "one", count: 1.5, on: true }, "count", "a whole number of seconds from 1 to 5", 1.5],
    [{ type: "one", count: 1, on: "yes" }, "on", "true or false", "yes"],
    [{ type: "many", servers: {} }, "servers", "a list", {}],
    [{ type: "many", servers: [{ urls: [] }, 5] }, "servers[1]", "an object", 5],
    [{ type: "many", servers: [[]] }, "servers[0]", "an object", []],
    [{ type: "many", servers: [{ urls: ["a", "B"] }] }, "servers[0].urls[1]", "a name", "B"],
    [{ type: "many", servers: [{ urls: ["a", "b", "c"] }] }, "servers[0].urls", "a list of at most 2", [
      "a",
      "b",
      "c",
    ]],
    [
      { type: "many", servers: [{ urls: ["abcdefghi"] }] },
      "servers[0].urls[0]",
      "a name, at most 8 characters",
      "abcdefghi",
    ],
    [{ type: "many", servers: [], mode: "c" }, "mode", '"a" or "b"', "c"],
  ];
  for (const [value, at, wanted, found] of cases) {
    assert.deepEqual(fault(value), { at, wanted, found, unknown: false });
  }
});

Deno.test("strict JSON: no field that the schema does not name, whatever its name", () => {
  for (const name of ["more", "__proto__", "toString", "constructor", ""]) {
    const value = JSON.parse(`{"type": "many", "servers": [{"urls": [], ${JSON.stringify(name)}: 1}]}`);
    const { at, wanted, unknown } = fault(value);
    assert.deepEqual({ at, wanted, unknown }, {
      at: `servers[0].${name}`,
      wanted: "urls, secret",
      unknown: true,
    });
  }
});

Deno.test("strict JSON: what is taken is as it came, any other value has a fault", () => {
  const good = fc.oneof(
    fc.record({ type: fc.constant("one"), count: fc.integer({ min: 1, max: 5 }), on: fc.boolean() }),
    fc.record({
      type: fc.constant("many"),
      servers: fc.array(
        fc.record(
          { urls: fc.array(fc.constantFrom("a", "bc"), { maxLength: 2 }), secret: fc.constant("x") },
          {
            requiredKeys: ["urls"],
          },
        ),
        { maxLength: 3 },
      ),
    }),
  );
  fc.assert(fc.property(good, (value) => {
    assert.deepEqual(read(schema, value), { value: JSON.parse(JSON.stringify(value)) });
  }));
  fc.assert(fc.property(fc.jsonValue(), (value) => void fault(value)));
});
