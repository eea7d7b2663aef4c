/** The findings of `beach doctor`, and the conclusion for a join. Pure. */

export type Check = "webrtc" | "direct" | "stun" | "turn" | "websocket" | "relay" | "desktop";

export interface Finding {
  readonly check: Check;
  /** The checked server or road; empty if the check says it all. */
  readonly target: string;
  /** `none`: there is nothing of the kind to try. */
  readonly result: "works" | "fails" | "none";
  /** How long it took to work, in ms. */
  readonly ms?: number;
  /** One line: the observation, or why it fails and what to try. */
  readonly detail: string;
}

/** What the flags of both ends allow. */
export interface Allowed {
  readonly forceWebsocket: boolean;
  readonly strictWebrtc: boolean;
  /** The flag's, or the road's recommendation. */
  readonly icePolicy: "all" | "relay";
  /** For a road on this machine, as a host has without --road: our address on the network; null: there is no network. */
  readonly own?: string | null;
}

export interface Verdict {
  readonly ok: boolean;
  /** One line. */
  readonly detail: string;
}

/** Whether a join from here would work, and how, or why not. */
export function judge(findings: readonly Finding[], allowed: Allowed): Verdict {
  const works = (check: Check) => findings.some((one) => one.check === check && one.result === "works");
  const why = (check: Check) => {
    const failed = findings.find((one) => one.check === check && one.result !== "works");
    return failed === undefined ? "" : failed.detail;
  };
  if (!works("websocket")) return fails(why("websocket"));

  const webrtc = !allowed.forceWebsocket;
  const direct = webrtc && allowed.icePolicy === "all" && works("direct");
  const turn = webrtc && works("turn");
  const relay = !allowed.strictWebrtc && works("relay");
  const ways = [
    ...(direct
      ? [works("stun") ? "directly, also through most NATs" : "directly where both ends can reach each other"]
      : []),
    ...(turn ? ["through TURN"] : []),
    ...(relay ? ["through the road's relay"] : []),
  ];
  if (ways.length === 0) return fails(reasons(allowed, why));
  if (allowed.own === null) {
    return fails("this machine is on no network, so only its own terminals and browsers could");
  }
  const alone = direct && !turn && !relay;
  const near = allowed.own === undefined
    ? ""
    : `; without --road from this machine's own network alone (${allowed.own})`;
  return {
    ok: true,
    detail: `A join would work ${ways.join(", else ")}${
      alone ? "; there is nothing to fall back on where a firewall or NAT forbids that" : ""
    }${near}.`,
  };
}

function reasons(
  { forceWebsocket, strictWebrtc, icePolicy }: Allowed,
  why: (check: Check) => string,
): string {
  const relay = strictWebrtc ? "--strict-webrtc forbids the relay" : `no relay: ${why("relay")}`;
  if (forceWebsocket) return relay;
  if (why("webrtc") !== "") return `no WebRTC: ${why("webrtc")}; ${relay}`;
  const direct = icePolicy === "relay" ? "only TURN may be used" : `no direct UDP: ${why("direct")}`;
  return `${direct}; no TURN: ${why("turn")}; ${relay}`;
}

function fails(why: string): Verdict {
  return { ok: false, detail: `A join would fail: ${why.replace(/\.$/, "")}.` };
}

const NAMES: Readonly<Record<Check, string>> = {
  webrtc: "WebRTC",
  direct: "direct UDP",
  stun: "STUN",
  turn: "TURN",
  websocket: "WebSocket",
  relay: "relay",
  desktop: "desktop",
};

const MARKS = { works: "ok  ", fails: "FAIL", none: "-   " } as const;

/** `TURN turn:turn.example:3478`. */
export function title({ check, target }: Pick<Finding, "check" | "target">): string {
  return target === "" ? NAMES[check] : `${NAMES[check]} ${target}`;
}

/** One plain line. */
export function line(finding: Finding): string {
  const took = finding.ms === undefined ? "" : ` (${Math.round(finding.ms)} ms)`;
  return `${MARKS[finding.result]}  ${title(finding)}: ${finding.detail.replace(/\.$/, "")}${took}`;
}
