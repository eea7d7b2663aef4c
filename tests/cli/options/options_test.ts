import assert from "node:assert/strict";
import { BOTH_FLAGS } from "../../../cli/options/options_both.ts";
import { DOCTOR_FLAGS } from "../../../cli/options/options_control.ts";
import { HOST_FLAGS } from "../../../cli/options/options_host.ts";
import { JOIN_FLAGS } from "../../../cli/options/options_join.ts";
import { ROAD_FLAGS } from "../../../cli/options/options_road.ts";
import { parse } from "../../../cli/options/options.ts";
import { unknownVariables } from "../../../cli/options/unknown_variables.ts";
import { variable } from "../../../cli/options/flags.ts";
import type { Env } from "../../../cli/options/parse_flags.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { refused } from "../refused.ts";

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

Deno.test("options: numbers", () => {
  const { metricsInterval, webrtcStats, channelStats } = host(["--metrics-interval", "2s", "--channel-info"]);
  assert.deepEqual([metricsInterval, webrtcStats, channelStats], [2000, false, true]);
  assert.ok(join([CODE], { BEACH_WEBRTC_STATS: "1" }).webrtcStats);
  assert.ok(join([CODE, "--channel-stats"]).channelStats);
  assert.match(refused(["host", "--metrics-interval", "0ms"]), /from 100ms to 24h/);
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
  assert.equal(join([`https://road.example/j/7kq2mx#river-lamp-ocean`]).code?.road, "https://road.example");
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

Deno.test("options: a variable that no flag has is named, with the nearest that one has, and without its value", async () => {
  const known = {
    BEACH_SESSION: "7kq2mx",
    BEACH_REQUIRE_ALL: "1",
    BEACH_CHANNEL_INFO: "0",
    BEACH_LISTEN: ":1",
    BEACH_FORWARD: "5173",
    BEACH_DESKTOP: "1",
    BEACH_SPEED: "2",
  };
  assert.equal(await unknownVariables({ ...known, BEACH_HUGE: "", BENCH_LOG: "x", PATH: "/bin" }), undefined);
  const env = { ...known, BEACH_PASSPRASE: "sesame", BEACH_VERBOS: "1", BEACH_FOO: "2" };
  const words = await unknownVariables(env);
  for (const argv of [["host"], ["join", CODE], ["road"], ["doctor"]]) {
    const invocation = parse(argv, env, words);
    assert.ok(invocation.command !== "help");
    assert.equal(
      invocation.options.warning,
      "Ignored, since no flag has this name: BEACH_FOO, BEACH_PASSPRASE (did you mean BEACH_PASSPHRASE?), " +
        "BEACH_VERBOS (did you mean BEACH_VERBOSE?). Try: beach <command> --help",
    );
  }
});

Deno.test("options: a passphrase without a value is asked for by the host, and its variable is always the value", () => {
  assert.equal(host(["--passphrase"]).passphrase, true);
  assert.equal(host(["--passphrase", "--view-only"]).passphrase, true);
  assert.equal(host([], { BEACH_PASSPHRASE: "yes" }).passphrase, "yes");
  assert.equal(host([]).passphrase, undefined);
  assert.match(refused(["join", "7kq2mx", "--passphrase"]), /A flag lacks its value/);
});

Deno.test("options: join takes a code later, from a person or from stdin", () => {
  assert.deepEqual([join([]).code, join([]).fromStdin], [undefined, false]);
  assert.deepEqual([join(["-"]).code, join(["-"]).fromStdin], [undefined, true]);
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
  if (Deno.build.os !== "windows") {
    assert.match(
      refused(["host", "--passphrase-file", "/dev/zero"]),
      /"\/dev\/zero".*larger than 1048576 bytes/,
    );
  }
  assert.match(refused(["road", "--tls-cert", file + "x"]), /There is no such file/);
});

Deno.test("options: help lists every flag of a command under its heading, with an example", () => {
  const help = (...argv: string[]) => {
    const invocation = parse(argv, {});
    assert.ok(invocation.command === "help");
    return invocation;
  };
  const tables = {
    host: [BOTH_FLAGS, HOST_FLAGS],
    join: [BOTH_FLAGS, JOIN_FLAGS],
    road: [ROAD_FLAGS],
    doctor: [DOCTOR_FLAGS],
  };
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
  assert.match(help("--help").text, /host[\s\S]+join[\s\S]+road[\s\S]+doctor/);
});

Deno.test("options: no two flags of a command share a name or a variable", () => {
  for (const tables of [[BOTH_FLAGS, HOST_FLAGS], [BOTH_FLAGS, JOIN_FLAGS], [ROAD_FLAGS], [DOCTOR_FLAGS]]) {
    const names = tables.flatMap((table) => Object.values(table)).flatMap((
      { name, aliases },
    ) => [name, ...aliases]);
    assert.equal(new Set(names.map(variable)).size, names.length);
  }
});
