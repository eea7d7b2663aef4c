import assert from "node:assert/strict";
import { findCookie, xauthorityFile } from "../../../../cli/desktop/x11/connection/xauthority.ts";

const encoder = new TextEncoder();

function entry(
  family: number,
  address: Uint8Array | string,
  display: string,
  data: string,
  name = "MIT-MAGIC-COOKIE-1",
) {
  const fields = [address, display, name, data].map((one) =>
    typeof one === "string" ? encoder.encode(one) : one
  );
  const head = [family >> 8, family & 0xff];
  return [...head, ...fields.flatMap((field) => [field.length >> 8, field.length & 0xff, ...field])];
}

const here = { host: "desk", address: undefined, display: 1 };

Deno.test("the cookie is that of this machine's name and of the display", () => {
  const file = Uint8Array.from([
    ...entry(256, "other", "1", "wrong machine"),
    ...entry(256, "desk", "2", "wrong display"),
    ...entry(256, "desk", "1", "other kind", "XDM-AUTHORIZATION-1"),
    ...entry(256, "desk", "1", "right"),
  ]);
  assert.deepEqual(findCookie(file, here), { name: "MIT-MAGIC-COOKIE-1", data: "right" });
  assert.deepEqual(findCookie(file, { ...here, host: "third" }), { name: "", data: "" });
});

Deno.test("an entry for any machine or display serves; another machine's is found by its address", () => {
  assert.equal(findCookie(xauthorityFile(encoder.encode("any")), here).data, "any");
  const file = Uint8Array.from(entry(0, Uint8Array.of(192, 0, 2, 1), "1", "far"));
  assert.equal(findCookie(file, { ...here, address: Uint8Array.of(192, 0, 2, 1) }).data, "far");
  assert.equal(findCookie(file, { ...here, address: Uint8Array.of(192, 0, 2, 2) }).data, "");
  assert.equal(findCookie(file, here).data, "");
});

Deno.test("of a file that is cut anywhere, the whole entries are read", () => {
  const first = entry(256, "desk", "1", "right");
  const file = Uint8Array.from([...first, ...entry(256, "desk", "2", "more")]);
  for (let length = 0; length < file.length; length++) {
    const found = findCookie(file.subarray(0, length), here);
    assert.equal(found.data, length < first.length ? "" : "right");
  }
});
