/** Rules for combinations of flags: which exclude or require each other, and the final form of a command's options. */
import { Failure, USAGE } from "../process/failure.ts";
import type { Values } from "./flags.ts";
import type { BOTH_FLAGS } from "./options_both.ts";
import type { DOCTOR_FLAGS } from "./options_doctor.ts";
import type { HOST_BOTH_FLAGS, HOST_FLAGS } from "./options_host.ts";
import type { JOIN_FLAGS } from "./options_join.ts";
import type { ROAD_FLAGS } from "./options_road.ts";
import type { Sources } from "./parse_flags.ts";
import { parseCode } from "../../transport/auth/join_code.ts";

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
  return { ...values, ...own, command };
}

/** Options of `beach join`; `code` is absent where it has to be asked for, or read (`fromStdin`). Throws `CodeError` for one that can't be read. */
export function checkJoin(
  both: Both & { readonly values: Values<typeof BOTH_FLAGS> },
  own: Values<typeof JOIN_FLAGS>,
  code: string | undefined,
) {
  const values = checkBoth(both, both.values.passphrase);
  if (values.json && own.events === undefined) {
    throw usage(
      "--json needs --events FD or FILE",
      "stdout shows the session, so try: --events 3 3>events.jsonl",
    );
  }
  const fromStdin = code === "-";
  return {
    ...values,
    ...own,
    code: code === undefined || fromStdin ? undefined : parseCode(code),
    fromStdin,
  };
}

/** Options of `beach doctor`. */
export function checkDoctor(own: Values<typeof DOCTOR_FLAGS>) {
  if (own.strictWebrtc && own.forceWebsocket) excludeWays();
  return own;
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
