import assert from "node:assert/strict";
import { unreachable } from "../../../transport/signalling/unreachable.ts";

/** As Deno says them on Linux, macOS and Windows. */
const CASES: readonly (readonly [string, RegExp, RegExp])[] = [
  [
    "tcp connect error: Network is unreachable (os error 101)",
    /no network that leads there/,
    /Connect to a network/,
  ],
  ["tcp connect error: Network is unreachable (os error 51)", /no network/, /Connect/],
  [
    "dns error: failed to lookup address information: Temporary failure in name resolution",
    /its name was not found/,
    /spelt.*on line/,
  ],
  ["dns error: No such host is known. (os error 11001)", /name was not found/, /spelt/],
  ["tcp connect error: Connection refused (os error 111)", /Connection refused/, /still runs there/],
  ["tcp connect error: No route to host (os error 113)", /another network/, /own network only/],
  ["Signal timed out.", /no answer came/, /firewall/],
  [
    "invalid peer certificate: UnknownIssuer",
    /certificate is not accepted: invalid peer/,
    /who runs the road/,
  ],
  ["something odd.", /^something odd$/, /Check the address/],
];

for (const [detail, why, hint] of CASES) {
  Deno.test(`unreachable: ${detail}`, () => {
    const meaning = unreachable(detail);
    assert.match(meaning.why, why);
    assert.match(meaning.hint, hint);
    assert.doesNotMatch(meaning.why + meaning.hint, /os error/);
  });
}
