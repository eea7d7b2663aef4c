import assert from "node:assert/strict";
import fc from "fast-check";
import { explain, Failure } from "../../../cli/process/failure.ts";
import type { Invocation } from "../../../cli/options/invocation.ts";
import { parse } from "../../../cli/options/options.ts";
import { refused } from "../refused.ts";

const CODE = "7kq2mx-river-lamp-ocean";

Deno.test("options: every fault is one line that says what, the value, what is wanted, what to try", () => {
  const cases: [argv: string[], line: RegExp][] = [
    [
      ["hots"],
      /^Unknown command: "hots"; wanted host, join, call, .*, audit or completions\. Did you mean host\?/,
    ],
    [[CODE], /To join a session: beach join CODE/],
    [["host", "--siz", "3"], /^Unknown flag: "--siz"\. Did you mean --size\? Try: beach host --help\.$/],
    [["host", "--headless=1"], /takes no value: "--headless=1"/],
    [["host", "vim", "x"], /^A command must stand after --: "vim, x"\. Try: beach host -- vim x\.$/],
    [["host", "--"], /No command stands after --/],
    [["host", "--size", "0x10"], /^--size can't be used: "0x10"; wanted host, writer or COLSxROWS/],
    [["host", "--size", "1001x10"], /COLSxROWS/],
    [["host", "--wait-for-peer", "5"], /Add the unit: 5s or 5ms/],
    [["host", "--idle-exit", "25h"], /from 1000ms to 24h/],
    [["host", "--simulate-loss", "101"], /a percentage from 0 to 100/],
    [["host", "--simulate-loss", "-1"], /.+/],
    [["host", "--max-viewers", "0"], /a whole number from 1 to 256/],
    [["host", "--road", "road.example"], /Write https:\/\/road\.example or/],
    [["host", "--road", "wss://road.example"], /Write https:\/\/road\.example/],
    [["road", "--allow-host", "http://a.example"], /a name or an address without a port/],
    [["road", "--allow-host", "a.example:80"], /a name or an address without a port/],
    [["road", "--allow-origin", "https://a.example/b"], /an origin such as .*Write https:\/\/a\.example\.$/],
    [["host", "--road"], /^A flag lacks its value: "--road <URL>"/],
    [["host", "--name", "\x1b[31m"], /1 to 64 printable characters/],
    [["host", "--ice-server", "turn:a"], /needs a username/],
    [["host", "--ice-policy", "none"], /wanted all or relay/],
    [["host", "--json"], /--json needs --headless/],
    [["host", "--approve", "--headless"], /exclude each other/],
    [["host", "--strict-webrtc", "--force-websocket"], /exclude each other/],
    [
      ["host", "--forward", "5173", "--forward", "none"],
      /--forward none and another --forward exclude each other/,
    ],
    [
      ["join", "-L", "80", CODE],
      /^-L can't be used: "80"; wanted \[BIND:\]PORT:HOST:PORT.*Write 80:localhost:80\.$/,
    ],
    [["call"], /^call needs a join code and a message\. Try: beach call CODE '/],
    [["join", "a", "b"], /^Too many arguments: "a, b"; wanted one join code/],
    [["join", "--json", CODE], /--json needs --events/],
    [["join", "--escape", "^[", CODE], /That is Tab, Enter or Esc/],
    [["join", "--escape", "x", CODE], /such as \^\^ or \^a, or none/],
    [["road", "--listen", "localhost"], /^--listen can't be used: "localhost"; wanted ADDR:PORT/],
    [["road", "--listen", ":70000"], /a port from 0 to 65535/],
    [["road", "--rediss", "x"], /^Unknown flag: "--rediss"/],
    [["road", "--turn-ttl", "5s"], /^--turn-ttl can't be used: "5s"; wanted a time/],
    [["road", "--turn-secret-file", "/etc/hostname"], /of no use without --turn-url/],
    [["doctor", "--strict-webrtc", "--force-websocket"], /exclude each other/],
    [["doctor", "x"], /Too many arguments: "x"; wanted flags only/],
    [["desktop"], /missing required argument 'verb'/],
    [["desktop", "instal"], /can't do that: "instal"; wanted install, remove, status, licence, encoders/],
    [["desktop", "status", "x"], /beach desktop status takes nothing more/],
    [["desktop", "encoders", "x", "y"], /Too many arguments: .*wanted one verb/],
    [["road", "x"], /Too many arguments/],
    [["--vresion"], /Did you mean --version\?/],
  ];
  for (const [argv, line] of cases) assert.match(refused(argv), line, argv.join(" "));
  assert.match(refused(["host"], { BEACH_SIZE: "big" }), /^BEACH_SIZE can't be used: "big"/);
  assert.match(
    refused(["host"], { BEACH_VERBOSE: "maybe" }),
    /^BEACH_VERBOSE can't be used: "maybe"; wanted 1 or 0/,
  );
});

Deno.test("options: a secret in a value that can't be used is not repeated", () => {
  assert.ok(!refused(["host", "--ice-server", "turn:ann:hunter2@"]).includes("hunter2"));
  assert.ok(!refused(["host"], { BEACH_ICE_SERVER: "turn:ann:hunter2@" }).includes("hunter2"));
});

Deno.test("options: whatever is typed, the answer is options, help, or one line with code 2", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "host",
      "join",
      "road",
      "desktop",
      "install",
      "doctor",
      "help",
      "--",
      "--size",
      "--road",
      "-v",
      "--json",
      "--wait-for-peer",
      "5s",
      CODE,
      "--name",
    ),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const taken = (invocation: Invocation) =>
    assert.ok(["host", "join", "desktop", "road", "doctor", "help"].includes(invocation.command));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      try {
        taken(parse(argv, {}));
      } catch (error) {
        assert.ok(error instanceof Failure || (error as Error).name === "CodeError", String(error));
        const { line, code } = explain(error);
        assert.equal(code, 2);
        assert.ok(!/\p{Cc}/u.test(line), JSON.stringify(line));
      }
    }),
    { numRuns: 300 },
  );
});
