import assert from "node:assert/strict";
import fc from "fast-check";
import { readSettings } from "../../../road/web/settings/settings.ts";

const DEFAULTS = {
  theme: "system",
  fontSize: 14,
  predict: "adaptive",
  screenReader: false,
  optionIsMeta: false,
  name: "",
};

Deno.test("what a browser kept: each choice by itself, the default for what is missing or is none", () => {
  assert.deepEqual(readSettings(null), DEFAULTS);
  for (const json of ["", "{", "null", "7", '"x"', "[]"]) {
    assert.deepEqual(readSettings(json), DEFAULTS, json);
  }
  const chosen = {
    ...DEFAULTS,
    theme: "dusk",
    fontSize: 20,
    predict: "never",
    screenReader: true,
    name: "Ada",
  };
  assert.deepEqual(readSettings(JSON.stringify({ ...chosen, ofAnotherVersion: 1 })), chosen);
  const odd = {
    fontSize: 400,
    predict: "sometimes",
    screenReader: "yes",
    name: "n".repeat(100),
    theme: "dawn",
  };
  assert.deepEqual(readSettings(JSON.stringify(odd)), { ...DEFAULTS, name: "n".repeat(64), theme: "dawn" });
});

Deno.test("property: settings come of whatever a browser kept", () => {
  const kept = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ fontSize: fc.jsonValue(), name: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  );
  fc.assert(fc.property(kept, (json) => {
    const { fontSize, name } = readSettings(json);
    assert.ok(fontSize >= 6 && fontSize <= 40 && name.length <= 64);
  }));
});
