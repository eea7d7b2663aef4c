/** Renews the TLS certificate while the road runs: open connections keep theirs, new ones get the new one. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Log } from "../monitor/log.ts";
import type { Tls } from "../config/options.ts";

/** The part of a TLS server that replaces the certificate. */
export interface SecureServer {
  setSecureContext(pair: { readonly cert: string; readonly key: string }): void;
}

/** How often the files are read, in ms: their content is compared, since symbolic links to them change without an event. */
const EVERY = 10_000;

/** Throws Error, with the reason, if the PEM texts are not a matching pair: a TLS server here would fail only at its first client. */
export function checkPair(cert: string, key: string): void {
  const certificate = reading("the certificate", () => new X509Certificate(cert));
  const own = reading("the key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(own)) throw new Error("the key does not belong to the certificate");
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${what} is no PEM that can be read`, { cause });
  }
}

/** Watches the files until it is disposed. An invalid pair is logged, once, and the previous pair stays in use. */
export function watchCertificate(
  files: NonNullable<Tls["files"]>,
  first: Tls,
  server: SecureServer,
  log: Log,
): Disposable {
  let used = first.cert + first.key;
  /** The last invalid pair, and whether it was logged: a pair that is being written is logged only if it stays invalid. */
  let bad = { pair: "", told: true };
  let looking = false;
  const refuse = (pair: string, error: unknown) => {
    if (bad.pair !== pair) return void (bad = { pair, told: false });
    if (bad.told) return;
    bad.told = true;
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    log.say({ event: "certificate", result: "refused", why });
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    let pair = "unreadable";
    try {
      const [cert, key] = await Promise.all([Deno.readTextFile(files.cert), Deno.readTextFile(files.key)]);
      pair = cert + key;
      if (pair === used) return;
      checkPair(cert, key);
      server.setSecureContext({ cert, key });
      used = pair;
      bad = { pair: "", told: true };
      log.say({ event: "certificate", result: "reloaded" });
    } catch (error) {
      refuse(pair, error);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), first.every ?? EVERY);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
