/** `beach doctor`: which paths to other machines work from here, and whether a join would work. */
import type { Log } from "../../transport/log.ts";
import { ownAddresses } from "../../transport/native/addresses.ts";
import type { RtcFactory } from "../../transport/webrtc/rtc.ts";
import { type Check, type Finding, judge, line, title } from "./doctor_findings.ts";
import { checkDesktop } from "./doctor_desktop.ts";
import { checkDirect, checkServers } from "./doctor_ice.ts";
import { checkRoad } from "./doctor_road.ts";
import { oneLine } from "../process/failure.ts";
import type { Io } from "../process/io.ts";
import { ALONE, lanAddress } from "../network/lan.ts";
import { openLog } from "../report/log.ts";
import type { DoctorOptions } from "../options/invocation.ts";
import { NO_LOOPBACK } from "../host/own_road.ts";
import { openRtc } from "../network/rtc.ts";

/** The exit code if a join would fail. */
const FAILS = 1;

/** Prints each finding as it comes, then the verdict. Returns 0 if a join would work, else 1. */
export async function runDoctor(options: DoctorOptions, io: Io): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const opened = stack.use(openLog(options, "nothing"));
  // Faults are reported as findings; the log of the parts is for a person who wants each step.
  const log: Log = (_level, words) => opened.log("debug", words);
  const report = new Report(options.json);
  const findings: Finding[] = [];
  const found = (finding: Finding) => {
    findings.push(finding);
    report.finding(finding);
  };
  const none = (check: Check, detail: string) => found({ check, target: "", result: "none", detail });

  // As `beach host` does without --road: the other checks need none.
  const own = options.road === undefined
    ? stack.use(await io.startRoad({ hostname: "127.0.0.1", port: 0 }))
    : undefined;
  const road = options.road ?? `http://127.0.0.1:${own!.addr.port}`;
  report.begin("websocket", road);
  const checked = await checkRoad(road, log, io.stop);
  for (const finding of checked.findings) found(own ? { ...finding, ...inside(finding) } : finding);

  const servers = [...options.iceServer, ...checked.ice?.servers ?? []];
  const icePolicy = checked.ice?.policy ?? options.icePolicy;
  if (options.forceWebsocket) none("webrtc", "not tried, as --force-websocket wants");
  else {
    const rtc = await load();
    if (rtc) {
      stack.defer(() => rtc.close());
      report.begin("direct", "");
      if (icePolicy === "relay") none("direct", "not tried: only TURN may be used");
      else found(await checkDirect(rtc, io.stop));
      const begin = (check: Check, target: string) => report.begin(check, target);
      for await (const finding of checkServers(rtc, servers, begin, io.stop)) found(finding);
      const source = "add --ice-server, or let the road grant one";
      if (!findings.some(({ check }) => check === "stun")) none("stun", `no server is known; ${source}`);
      if (!findings.some(({ check }) => check === "turn")) none("turn", `no server is known; ${source}`);
    }
  }
  report.begin("desktop", "");
  for (const finding of await checkDesktop(io.environment, io.stop)) found(finding);
  const address = lanAddress(ownAddresses());
  const verdict = judge(findings, {
    ...options,
    icePolicy,
    ...(own && { own: address === ALONE ? null : address }),
  });
  report.verdict(verdict);
  return verdict.ok ? 0 : FAILS;

  async function load(): Promise<RtcFactory | null> {
    try {
      return await openRtc(options, log);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      found({ check: "webrtc", target: "", result: "fails", detail: oneLine(detail) });
      return null;
    }
  }
}

/** The words for a road of our own, which proves less. */
function inside({ check, result, detail }: Finding): Partial<Finding> {
  if (check !== "websocket") return {};
  return result === "fails"
    ? { target: "", detail: `${NO_LOOPBACK.what}. ${NO_LOOPBACK.hint}` }
    : { target: "", detail: `${detail}; it runs in this process, as without --road a host's does` };
}

/** Lines on stdout; on a terminal, the check that is running is shown below them. */
class Report {
  readonly #terminal = Deno.stdout.isTerminal();

  constructor(private readonly json: boolean) {}

  begin(check: Check, target: string): void {
    if (this.#terminal && !this.json) write(`\r\x1b[K...   ${title({ check, target })}`);
  }

  finding(finding: Finding): void {
    const ms = finding.ms === undefined ? {} : { ms: Math.round(finding.ms * 10) / 10 };
    this.#line(this.json ? JSON.stringify({ event: "finding", ...finding, ...ms }) : oneLine(line(finding)));
  }

  verdict({ ok, detail }: { readonly ok: boolean; readonly detail: string }): void {
    this.#line(this.json ? JSON.stringify({ event: "verdict", ok, detail }) : oneLine(detail));
  }

  #line(text: string): void {
    write(`${this.#terminal && !this.json ? "\r\x1b[K" : ""}${text}\n`);
  }
}

function write(text: string): void {
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads it; the exit code is enough.
  }
}
