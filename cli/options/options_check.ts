/** Rules for combinations of flags: which exclude or require each other, and the final form of a command's options. */
import { Failure, USAGE } from "../process/failure.ts";
import type { Values } from "./flags.ts";
import type { BOTH_FLAGS } from "./options_both.ts";
import { type DESKTOP_FLAGS, OF_BROWSERS } from "./options_desktop.ts";
import type { DOCTOR_FLAGS } from "./options_control.ts";
import type { HOST_BOTH_FLAGS, HOST_FLAGS } from "./options_host.ts";
import type { JOIN_FLAGS } from "./options_join.ts";
import type { CALL_FLAGS, CP_FLAGS, SERVICE_FLAGS } from "./options_services.ts";
import type { ROAD_FLAGS } from "./options_road.ts";
import type { Sources } from "./parse_flags.ts";
import { parseCode } from "../../transport/auth/join_code.ts";
import { parsePlace } from "./place.ts";

interface Both {
  readonly values: Omit<Values<typeof BOTH_FLAGS>, "passphrase">;
  readonly sources: Sources<typeof BOTH_FLAGS>;
}

/** Options of both ends: `passphrase` is the one to use, from whichever flag; loss in percent, delay in ms each way. */
function checkBoth<P>({ values, sources }: Both, passphrase: P) {
  if (values.strictWebrtc && values.forceWebsocket) {
    excludeWays();
  }
  const { passphraseFile, ...rest } = values;
  const [word, file] = [sources.passphrase.kind, sources.passphraseFile.kind];
  if (word !== "default" && word === file) {
    exclude("--passphrase", "--passphrase-file", "a session has one secret");
  }
  return { ...rest, passphrase: file === "flag" ? passphraseFile : passphrase ?? passphraseFile };
}

/** Options of `beach host`; `command` is absent where the person's shell is meant. */
export function checkHost(
  both: Both & { readonly values: Values<typeof HOST_BOTH_FLAGS> },
  own: Values<typeof HOST_FLAGS>,
  command: readonly string[] | undefined,
) {
  // `true`: the passphrase is asked for.
  const values = checkBoth(both, both.values.passphrase || undefined);
  if (command?.[0] === "" || command?.length === 0) {
    throw usage(
      "No command stands after --",
      "Name one, as in: beach host -- bash, or leave -- out for your shell",
    );
  }
  if (values.json && !own.headless) {
    throw usage("--json needs --headless on the host", "Without it stdout shows the session, not events");
  }
  if (own.approve && own.headless) exclude("--approve", "--headless", "nobody is there to ask");
  if (own.approve && own.escape === null) {
    exclude("--approve", "--escape none", "the answer is typed after the escape key");
  }
  if (own.auditInput && own.audit === undefined) {
    throw usage("--audit-input is of no use without --audit", "Add --audit FILE, or leave this out");
  }
  const recorded = own.recordInput
    ? "--record-input"
    : own.recordMax !== undefined
    ? "--record-max"
    : undefined;
  if (recorded !== undefined && own.record === undefined) {
    throw usage(`${recorded} is of no use without --record`, "Add --record FILE, or leave this out");
  }
  return { ...values, ...own, command };
}

/** What `beach host` offers beside its terminal. */
export function checkServices(own: Values<typeof SERVICE_FLAGS>) {
  if (own.forward.includes("none") && own.forward.length > 1) {
    exclude("--forward none", "another --forward", "the one forbids what the other allows");
  }
  return own;
}

/** A host's desktop; `words`: its command, if one was given. */
export function checkSharedDesktop(
  { values, sources }: {
    readonly values: Values<typeof DESKTOP_FLAGS>;
    readonly sources: Sources<typeof DESKTOP_FLAGS>;
  },
  words: readonly string[] | undefined,
) {
  const isBrowser = typeof values.desktop === "object" && values.desktop.kind === "browser";
  const taken: readonly string[] = isBrowser ? OF_BROWSERS : values.desktop ? Object.keys(sources) : [];
  const [, useless] = Object.entries(sources).find(([name, { kind }]) => {
    return kind === "flag" && !taken.includes(name);
  }) ?? [];
  if (useless?.kind === "flag" && isBrowser) {
    throw usage(
      `${useless.name} is of no use with --desktop browser`,
      "Leave it out: the browser decides that",
    );
  } else if (useless?.kind === "flag") {
    throw usage(`${useless.name} is of no use without --desktop`, "Add it, or leave this out");
  }
  if (values.onlyDesktop && words !== undefined) {
    throw usage("--no-terminal shares no command", "Leave out what stands after --, or --no-terminal");
  }
  return values;
}

/** What every command that joins a session needs; `code` is absent where it has to be asked for, or read (`fromStdin`). Throws `CodeError` for one that can't be read. */
export function checkPeer(
  both: Both & { readonly values: Values<typeof BOTH_FLAGS> },
  name: string | undefined,
  code: string | undefined,
) {
  const fromStdin = code === "-";
  return {
    ...checkBoth(both, both.values.passphrase),
    name,
    code: code === undefined || fromStdin ? undefined : parseCode(code),
    fromStdin,
  };
}

/** Options of `beach join`. */
export function checkJoin(
  both: Both & { readonly values: Values<typeof BOTH_FLAGS> },
  own: Values<typeof JOIN_FLAGS>,
  code: string | undefined,
) {
  if (both.values.json && own.events === undefined) {
    throw usage(
      "--json needs --events FD or FILE",
      "stdout shows the session, so try: --events 3 3>events.jsonl",
    );
  }
  if (own.noTerminal && own.localForward.length === 0) {
    throw usage("-N shows no terminal and forwards nothing", "Add -L, such as -L 8080:localhost:5173");
  }
  return { ...own, ...checkPeer(both, own.name, code) };
}

/** Options of `beach call CODE [NAME] [JSON]`: `to` is empty where the host's only one is meant. */
export function checkCall(
  both: Both & { readonly values: Values<typeof BOTH_FLAGS> },
  own: Values<typeof CALL_FLAGS>,
  code: string | undefined,
  words: readonly string[],
) {
  if (code === undefined) {
    throw usage("call needs a join code and a message", `Try: beach call CODE '{"hello": 1}'`);
  }
  if (own.http === undefined && own.header.length > 0) {
    throw usage("--header is of no use without --http", "Add it, or leave --header out");
  }
  // A message is always the last argument; where an HTTP service is asked, its name alone is enough.
  const named = words.length === 2 || own.http !== undefined;
  const [to = "", message] = named ? words : ["", ...words];
  return { ...own, to, message, ...checkPeer(both, own.name, code) };
}

/** Options of `beach cp`: what is copied from `here` to the host's `there`, or back. */
export function checkCopy(
  both: Both & { readonly values: Values<typeof BOTH_FLAGS> },
  own: Values<typeof CP_FLAGS>,
  places: readonly string[],
) {
  const all = places.map(parsePlace);
  const target = all.at(-1)!;
  const sources = all.slice(0, -1);
  const form = "Try: beach cp FILE… CODE:PATH, or beach cp CODE:PATH… DIR";
  if (sources.length === 0) throw usage("cp needs what to copy and where to", form);
  if (!sources.every(({ at }) => at !== target.at)) {
    throw usage("cp copies from here to a host, or from a host to here", form);
  }
  const hosts = all.filter((place) => place.at === "host");
  const codes = hosts.map(({ code }) => JSON.stringify(code));
  if (new Set(codes).size > 1) throw usage("cp copies from one session at a time", form);
  const direction = target.at === "host" ? "send" as const : "get" as const;
  const paths = (at: "here" | "host") => all.filter((place) => place.at === at).map(({ path }) => path);
  const { code } = hosts[0]!;
  const peer = checkPeer(both, own.name, undefined);
  return {
    ...own,
    direction,
    here: paths("here"),
    there: paths("host"),
    ...peer,
    code,
    fromStdin: code === undefined,
  };
}

/** Options of `beach doctor`. */
export function checkDoctor(own: Values<typeof DOCTOR_FLAGS>) {
  if (own.strictWebrtc && own.forceWebsocket) excludeWays();
  return own;
}

/** What `beach desktop` can be told. */
export const DESKTOP_VERBS = ["install", "remove", "status", "licence", "encoders"] as const;

/** Options of `beach desktop`; `encoder` is there with `encoders` alone. */
export function checkDesktop(verb: string, encoder: string | undefined) {
  const known = DESKTOP_VERBS.find((name) => name === verb);
  if (known === undefined) {
    const wanted = DESKTOP_VERBS.join(", ");
    throw new Failure({ what: "beach desktop can't do that", value: verb, wanted, code: USAGE });
  }
  if (encoder !== undefined && known !== "encoders") {
    throw usage(`beach desktop ${known} takes nothing more`, "Try: beach desktop --help");
  }
  return { verb: known, encoder };
}

/** Options of `beach road`; `tls` and `adminToken` hold the files' contents. */
export function checkRoad(own: Values<typeof ROAD_FLAGS>) {
  const { tlsCert: cert, tlsKey: key, adminTokenFile: adminToken, turnUrl, turnSecret, turnTtl, ...rest } =
    own;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "--tls-cert" : "--tls-key";
    throw usage(`${missing} is missing`, "https needs both --tls-cert and --tls-key");
  }
  if (turnSecret !== undefined && turnUrl.length === 0) {
    throw usage(
      "--turn-secret-file is of no use without --turn-url",
      "Name the TURN server, or leave it to --config",
    );
  }
  return {
    ...rest,
    adminToken,
    turn: {
      urls: turnUrl,
      secret: turnSecret,
      ...(turnTtl === undefined ? {} : { ttlSeconds: Math.floor(turnTtl / 1000) }),
    },
    tls: cert === undefined || key === undefined
      ? undefined
      : { cert: cert.text, key: key.text, files: { cert: cert.path, key: key.path } },
  };
}

function usage(what: string, hint: string): Failure {
  return new Failure({ what, hint, code: USAGE });
}

function excludeWays(): never {
  exclude("--strict-webrtc", "--force-websocket", "the one forbids what the other wants");
}

function exclude(one: string, other: string, why: string): never {
  throw usage(
    `${one} and ${other} exclude each other: ${why}`,
    "Leave one of them out, or its BEACH_ variable",
  );
}
