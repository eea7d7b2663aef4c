/** A real TURN server on a host of the lab. */
import { findProgram } from "../support/needs.ts";
import type { Spawned } from "../support/spawned.ts";
import type { TempDir } from "../support/temp_dir.ts";
import type { Lab } from "./lab.ts";

/** It listens within this, ms. */
const START = 20_000;

/** Starts coturn on `host`, port 3478, for credentials minted with `secret`; its files are in `dir`. */
export async function startCoturn(lab: Lab, host: string, secret: string, dir: TempDir): Promise<Spawned> {
  const at = lab.address(host);
  const coturn = lab.run(host, [
    ...[findProgram("turnserver")!, "-n", "--listening-ip", at, "--relay-ip", at, "--realm", "beach"],
    ...["--use-auth-secret", "--static-auth-secret", secret, "--min-port", "49152", "--max-port", "49251"],
    ...["--no-tls", "--no-dtls", "--no-cli", "--log-file", "stdout", "--verbose"],
    ...["--pidfile", dir.join("pid"), "--userdb", dir.join("db")],
  ]);
  try {
    await coturn.waitForOutput(
      /UDP listener opened on|listener opened on: ?\S*3478|Total auth threads/i,
      START,
    );
    return coturn;
  } catch (error) {
    await coturn[Symbol.asyncDispose]();
    throw error;
  }
}
