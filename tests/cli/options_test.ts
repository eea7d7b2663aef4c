import assert from "node:assert/strict";
import fc from "fast-check";
import { explain, Failure } from "../../cli/failure.ts";
import { BOTH_FLAGS } from "../../cli/options_both.ts";
import { HOST_FLAGS } from "../../cli/options_host.ts";
import { JOIN_FLAGS } from "../../cli/options_join.ts";
import { ROAD_FLAGS } from "../../cli/options_road.ts";
import { type Invocation, parse } from "../../cli/options.ts";
import { variable } from "../../cli/flags.ts";
import type { Env } from "../../cli/parse_flags.ts";
import { TempDir } from "../support/temp_dir.ts";

const CODE = "7kq2mx-river-lamp-ocean";

function host(argv: readonly string[], env: Env = {}) {
  const invocation = parse(["host", ...argv], env);
  assert.ok(invocation.command === "host");
  return invocation.options;
}
function join(argv: readonly string[], env: Env = {}) {
  const invocation = parse(["join", ...argv], env);
  assert.ok(invocation.command === "join");
  return invocation.options;
}
function road(argv: readonly string[], env: Env = {}) {
  const invocation = parse(["road", ...argv], env);
  assert.ok(invocation.command === "road");
  return invocation.options;
}
function refused(argv: readonly string[], env: Env = {}): string {
  try {
    parse(argv, env);
  } catch (error) {
    const { line, code } = explain(error);
    assert.equal(code, 2, line);
    assert.ok(!line.includes("\n"));
    return line;
  }
  assert.fail(`${argv.join(" ")} was taken`);
}

Deno.test("options: what the host's command is passes through as it stands", () => {
  assert.deepEqual(host(["--", "ls", "--", "-v", "--size", "x"]).command, ["ls", "--", "-v", "--size", "x"]);
  assert.equal(host([]).command, undefined);
  assert.equal(host(["--wait-for-peer", "--", "bash"]).waitForPeer, true);
});

Deno.test("options: values are checked and turned into numbers of ms, percent, cells", () => {
  const options = host([
    "--wait-for-webrtc",
    "1.5m",
    "--simulate-loss",
    "12.5%",
    "--simulate-delay=500ms",
    "--size",
    "120x40",
    "--max-viewers",
    "3",
    "--idle-exit",
    "1h",
    "--ice-server",
    "stun:stun.example:3478",
    "--ice-server",
    "turn:17:ann:a%3Ab@[::1]:3478",
    "-v",
    "--name",
    " Ann ",
    "--record",
    "a.cast",
    "--road",
    "https://road.example/x/",
  ]);
  const {
    waitForPeer,
    simulateLoss,
    simulateDelay,
    size,
    maxViewers,
    idleExit,
    verbose,
    name,
    record,
    road,
  } = options;
  assert.deepEqual({
    waitForPeer,
    simulateLoss,
    simulateDelay,
    size,
    maxViewers,
    idleExit,
    verbose,
    name,
    record,
    road,
  }, {
    waitForPeer: 90_000,
    simulateLoss: 12.5,
    simulateDelay: 500,
    size: { kind: "fixed", cols: 120, rows: 40 },
    maxViewers: 3,
    idleExit: 3_600_000,
    verbose: true,
    name: "Ann",
    record: "a.cast",
    road: "https://road.example/x",
  });
  assert.deepEqual(options.iceServer, [
    { urls: ["stun:stun.example:3478"] },
    { urls: ["turn:[::1]:3478"], username: "17:ann", credential: "a:b" },
  ]);
});

Deno.test("options: defaults", () => {
  const { scrollback, icePolicy, simulateLoss, waitForPeer, size, headless, iceServer } = host([]);
  assert.deepEqual({ scrollback, icePolicy, simulateLoss, waitForPeer, size, headless, iceServer }, {
    scrollback: 10_000,
    icePolicy: "all",
    simulateLoss: 0,
    waitForPeer: false,
    size: undefined,
    headless: false,
    iceServer: [],
  });
  assert.equal(join([CODE]).escape, 0x1e);
  assert.deepEqual(road([]).listen, { hostname: "0.0.0.0", port: 8080 });
});

Deno.test("options: join takes a code in any form", () => {
  assert.deepEqual(join([CODE]).code, { session: "7kq2mx", access: "write", words: "river-lamp-ocean" });
  assert.equal(join([`https://road.example/j/7kq2mx#river-lamp-ocean`]).code.road, "https://road.example");
  assert.equal(join(["--escape", "none", CODE]).escape, null);
  assert.equal(join(["--escape", "^a", CODE]).escape, 1);
  assert.match(refused(["join", "7kq2mx-river-lamp-oceam"]), /oceam/);
});

Deno.test("options: a variable stands for its flag, and the flag wins", () => {
  const env = {
    BEACH_SIZE: "80x24",
    BEACH_VERBOSE: "1",
    BEACH_WAIT_FOR_WEBRTC: "10m",
    BEACH_HEADLESS: "0",
    BEACH_ICE_SERVER: "stun:a, stun:b",
  };
  const options = host(["--size", "writer"], env);
  assert.deepEqual(options.size, { kind: "writer" });
  assert.ok(options.verbose);
  assert.equal(options.waitForPeer, 600_000);
  assert.equal(options.headless, false);
  assert.deepEqual(options.iceServer.map(({ urls }) => urls[0]), ["stun:a", "stun:b"]);
  assert.equal(host([], { BEACH_WAIT_FOR_PEER: "true" }).waitForPeer, true);
  assert.equal(host([], { BEACH_SIZE: "" }).size, undefined);
  for (const name of ["BEACH_STRICT_WEBRTC", "BEACH_CHANNEL_DEBUG"]) host([], { [name]: "1" });
  assert.ok(host([], { BEACH_STRICT_WEBRTC: "1" }).strictWebrtc);
  assert.ok(host([], { BEACH_CHANNEL_DEBUG: "1" }).channelDebug);
  assert.equal(host([], { BEACH_DEBUG_LOG: "/tmp/x" }).debugLog, "/tmp/x");
});

Deno.test("options: a passphrase comes from one place, a flag's before a variable's", async () => {
  await using folder = await TempDir.create();
  const file = folder.join("secret");
  await Deno.writeTextFile(file, "sesame street\n");
  assert.equal(host(["--passphrase-file", file]).passphrase, "sesame street");
  assert.equal(host(["--passphrase-file", file], { BEACH_PASSPHRASE: "other" }).passphrase, "sesame street");
  assert.equal(host(["--passphrase", "mine"], { BEACH_PASSPHRASE_FILE: file }).passphrase, "mine");
  assert.match(refused(["host", "--passphrase", "a", "--passphrase-file", file]), /exclude each other/);
  await Deno.writeTextFile(file, "\n");
  assert.match(refused(["host", "--passphrase-file", file]), /The file is empty/);
  assert.match(refused(["road", "--tls-cert", file + "x"]), /There is no such file/);
});

Deno.test("options: every fault is one line that says what, the value, what is wanted, what to try", () => {
  const cases: [argv: string[], line: RegExp][] = [
    [["hots"], /^Unknown command: "hots"; wanted host, join or road\. Did you mean host\?/],
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
    [["host", "--road"], /^A flag lacks its value: "--road <URL>"/],
    [["host", "--name", "\x1b[31m"], /1 to 64 printable characters/],
    [["host", "--ice-server", "turn:a"], /needs a username/],
    [["host", "--ice-policy", "none"], /wanted all or relay/],
    [["host", "--json"], /--json needs --headless/],
    [["host", "--approve", "--headless"], /exclude each other/],
    [["host", "--strict-webrtc", "--force-websocket"], /exclude each other/],
    [["join"], /^No join code was given\. Try: beach join /],
    [["join", "a", "b"], /^Too many arguments: "a, b"; wanted one join code/],
    [["join", "--json", CODE], /--json needs --events/],
    [["join", "--escape", "^[", CODE], /That is Tab, Enter or Esc/],
    [["join", "--escape", "x", CODE], /such as \^\^ or \^a, or none/],
    [["road", "--listen", "localhost"], /^--listen can't be used: "localhost"; wanted ADDR:PORT/],
    [["road", "--listen", ":70000"], /a port from 0 to 65535/],
    [["road", "--redis", "x"], /^Unknown flag: "--redis"/],
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

Deno.test("options: help lists every flag of a command under its heading, with an example", () => {
  const help = (...argv: string[]) => {
    const invocation = parse(argv, {});
    assert.ok(invocation.command === "help");
    return invocation;
  };
  const tables = { host: [BOTH_FLAGS, HOST_FLAGS], join: [BOTH_FLAGS, JOIN_FLAGS], road: [ROAD_FLAGS] };
  for (const [command, flags] of Object.entries(tables)) {
    const { text, code } = help(command, "--help");
    assert.equal(code, 0);
    for (const { name } of flags.flatMap((table) => Object.values(table))) {
      assert.match(text, new RegExp(`--${name}\\b`));
    }
    assert.match(text, new RegExp(`Examples:\n  beach ${command}`));
    assert.equal(help("help", command).text, text);
  }
  assert.match(help("host", "--help").text, /Both ends:[\s\S]+\nHost:/);
  assert.equal(help().code, 2);
  assert.match(help("--help").text, /host[\s\S]+join[\s\S]+road/);
});

Deno.test("options: no two flags of a command share a name or a variable", () => {
  for (const tables of [[BOTH_FLAGS, HOST_FLAGS], [BOTH_FLAGS, JOIN_FLAGS], [ROAD_FLAGS]]) {
    const names = tables.flatMap((table) => Object.values(table)).flatMap((
      { name, aliases },
    ) => [name, ...aliases]);
    assert.equal(new Set(names.map(variable)).size, names.length);
  }
});

Deno.test("options: whatever is typed, the answer is options, help, or one line with code 2", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "host",
      "join",
      "road",
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
    assert.ok(["host", "join", "road", "help"].includes(invocation.command));
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
