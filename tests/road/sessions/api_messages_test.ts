/** The messages of `road/API.md`: its tables and examples say what the schema takes, no less and no more. */
import assert from "node:assert/strict";
import { SignalError } from "../../../transport/schema/json_fields.ts";
import {
  decodeClientMessage,
  decodeHttpBody,
  decodeHttpRefusal,
  decodeRoadMessage,
} from "../../../transport/schema/signal_codec.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../road/API.md", import.meta.url));
const ENDS = [["What an end sends", decodeClientMessage], [
  "What the road sends",
  decodeRoadMessage,
]] as const;

type Message = Record<string, unknown> & { readonly type: string };
type Decode = typeof ENDS[number][1];

/** What stands under a heading of the page, up to the next one. */
function section(title: string): string {
  const found = PAGE.split(/^#+ /m).find((part) => part.startsWith(`${title}\n`));
  assert.ok(found, `no section ${title}`);
  return found;
}

/** The JSON texts that a section shows, one a line. */
function examplesOf(text: string): string[] {
  return text.match(/^```json\n(.*?)^```/ms)![1]!.trim().split("\n");
}

/** Why `message` is refused; undefined if it is taken. */
function refusal(decode: Decode, message: unknown): string | undefined {
  try {
    decode(JSON.stringify(message));
  } catch (error) {
    if (error instanceof SignalError) return error.message;
    throw error;
  }
}

for (const [title, decode] of ENDS) {
  const text = section(title);
  const examples = examplesOf(text).map((line): Message => JSON.parse(line));
  /** By type: each field, and whether it may be missing. */
  const rows = new Map([...text.matchAll(/^\| `(\w+)` \|(.*?) \| [^|]+ \|$/gm)].map(([, type, cell]) => {
    const fields = cell!.replaceAll(/\(.*?\)/g, "").matchAll(/`(\w+)`(\??)/g);
    return [type!, new Map([...fields].map(([, name, mark]) => [name!, mark === "?"]))] as const;
  }));

  Deno.test(`API.md, ${title}: the table has each type and field of the schema`, () => {
    const types = /one of (.*), not/.exec(refusal(decode, { type: "?" })!)![1]!.split(", ");
    assert.deepEqual([...rows.keys()].sort(), types.sort());
    for (const [type, fields] of rows) {
      const example = examples.find((each) => each.type === type);
      assert.ok(example, `no example of ${type}`);
      const known = /known: (.*)$/.exec(refusal(decode, { ...example, strange: 1 })!)![1]!.split(", ");
      assert.deepEqual(["type", ...fields.keys()].sort(), known.sort(), type);
    }
  });

  Deno.test(`API.md, ${title}: each example is taken, and none with a field less that has to be there`, () => {
    for (const example of examples) {
      assert.equal(refusal(decode, example), undefined, JSON.stringify(example));
      for (const [name, optional] of rows.get(example.type)!) {
        const { [name]: field, ...less } = example;
        if (field === undefined) assert.ok(optional, `${example.type} lacks ${name}`);
        else assert.equal(refusal(decode, less) === undefined, optional, `${example.type} without ${name}`);
      }
    }
    const shown = new Set(
      examples.flatMap((example) => Object.keys(example).map((name) => `${example.type}.${name}`)),
    );
    for (const [type, fields] of rows) {
      for (const name of fields.keys()) {
        if (!["error.hint"].includes(`${type}.${name}`)) {
          assert.ok(shown.has(`${type}.${name}`), `no example has ${type}.${name}`);
        }
      }
    }
  });
}

Deno.test("API.md, Codes: the table has each code of the schema, and no other", () => {
  const listed = [...section("Codes").matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code!);
  const wanted = refusal(decodeRoadMessage, { type: "error", code: "?", message: "" })!;
  assert.deepEqual(listed.sort(), /one of (.*), not/.exec(wanted)![1]!.split(", ").sort());
});

Deno.test("API.md, Messages: the limits of its forms are the schema's", () => {
  const error = (message: string) => refusal(decodeRoadMessage, { type: "error", code: "full", message });
  assert.match(section("Messages"), /\*line\* \| text of at most 512 UTF-16/);
  assert.deepEqual([error("x".repeat(512)), error("x".repeat(513)) === undefined], [undefined, false]);
  for (const turned of ["\u2028", "\u202e", "\u2066", "\x85"]) {
    assert.ok(error(turned), JSON.stringify(turned));
  }
  const session = (session: string) => ({
    type: "join_success",
    session,
    peer: "host",
    token: "A",
    public_url: "http://a",
    relay: true,
    peers: [],
  });
  for (
    const [id, taken] of [
      ["abcd23", true],
      ["a".repeat(16), true],
      ["a".repeat(17), false],
      ["abcdl2", false],
      ["abcdo2", false],
      ["abcd12", false],
    ] as const
  ) {
    assert.equal(refusal(decodeRoadMessage, session(id)) === undefined, taken, id);
  }
  const ping = (id: number) => refusal(decodeClientMessage, { type: "ping", id });
  assert.deepEqual([ping(0), ping(2 ** 53 - 1), ping(2 ** 53) === undefined], [undefined, undefined, false]);
  const signal = (negotiation: number) => ({
    type: "signal",
    to_peer: "host",
    signal: { kind: "ice", negotiation, data: "AA" },
  });
  assert.equal(refusal(decodeClientMessage, signal(2 ** 31 - 1)), undefined);
  assert.ok(refusal(decodeClientMessage, signal(2 ** 31)));
});

Deno.test("API.md, Signalling over HTTP: the bodies that it shows are taken", () => {
  for (const text of examplesOf(section("Signalling over HTTP"))) {
    const body = JSON.parse(text);
    assert.deepEqual(body.error ? { error: decodeHttpRefusal(body) } : decodeHttpBody(text), body);
  }
});
