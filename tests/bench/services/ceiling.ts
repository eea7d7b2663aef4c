/**
 * What SCTP itself carries over a lab's link: bytes on a bare data channel (`raw_end.ts`).
 *
 *     deno run -A tests/bench/services/ceiling.ts [--networks loopback,0,5,1m] [--sctp JSON] [--message BYTES] [--ahead BYTES]
 */
import { SCTP } from "../../../transport/native/node_datachannel.ts";
import { Lab } from "../../net/lab.ts";
import { Spawned } from "../../support/spawned.ts";
import { list, option } from "../options.ts";
import { PATHS } from "./paths.ts";
import type { RawLine, RawSettings } from "./raw_end.ts";

const END = new URL("./raw_end.ts", import.meta.url).pathname;
/** For the slowest network, ms. */
const LONGEST = 240_000;

/** As Beach has it: its settings of SCTP, and messages as large as its own. */
export const OURS: Omit<RawSettings, "bytes"> = { message: 48 * 1024, ahead: 1024 * 1024, sctp: SCTP };

/** Bytes a second from `host` to `viewer`, on a connection that has just opened. */
export async function ceiling(lab: Lab, settings: RawSettings): Promise<number> {
  const end = (role: "send" | "receive") => {
    const run = [Deno.execPath(), "run", "-A", "--no-prompt", END, role, JSON.stringify(settings)];
    return lab.run(role === "send" ? "host" : "viewer", run);
  };
  await using sender = end("send");
  await using receiver = end("receive");
  const passing = [pass(sender, receiver), pass(receiver, sender)];
  try {
    const took = receiver.waitForLine(
      (text) => {
        const line: RawLine = JSON.parse(text);
        return "took" in line && line.took;
      },
      LONGEST,
      "all bytes",
    );
    return settings.bytes / await Promise.race([took, ...passing]) * 1000;
  } finally {
    // Then both end, and nobody waits for their lines.
    for (const one of [sender, receiver]) await one.closeInput();
    await Promise.allSettled(passing);
  }
}

/** Gives each line of `from` to `to`; rejects when `from` ends. */
async function pass(from: Spawned, to: Spawned): Promise<never> {
  for (let passed = 0;; passed++) {
    const line = await from.waitForLine((_) => from.lines()[passed], LONGEST, "a signal");
    await to.write(line + "\n");
  }
}

if (import.meta.main) {
  for (const name of list("networks", Object.keys(PATHS))) {
    const { title, link, bytes } = PATHS[name]!;
    await using lab = await Lab.create({ seed: "ceiling", hosts: ["host", "viewer"], link });
    const speed = await ceiling(lab, {
      bytes: Number(option("bytes") ?? bytes),
      message: Number(option("message") ?? OURS.message),
      ahead: Number(option("ahead") ?? OURS.ahead),
      sctp: { ...OURS.sctp, ...JSON.parse(option("sctp") ?? "{}") },
    });
    console.log(`${title}: ${(speed / 1000).toFixed(0)} kB/s`);
  }
}
