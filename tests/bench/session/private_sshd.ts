/** An sshd of our own on the loopback, with a key of its own: what `beach join` is measured against. */
import { findProgram } from "../../support/needs.ts";
import { Spawned } from "../../support/spawned.ts";
import { TempDir } from "../../support/temp_dir.ts";

export interface Sshd extends AsyncDisposable {
  /** The command that opens `shell` there in a terminal. */
  command(shell: string): string[];
}

/** Starts it on a free port; it lives as long as the returned object. */
export async function startSshd(): Promise<Sshd> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await TempDir.create("beach-bench-"));
  for (const key of ["host", "user"]) {
    await using making = Spawned.start(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", dir.join(key)]);
    await making.waitForExit(10_000);
  }
  using probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const settings = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${dir.join("host")}`,
    `AuthorizedKeysFile ${dir.join("user.pub")}`,
    ...["PidFile none", "StrictModes no", "PermitRootLogin yes", "UsePAM no", "UseDNS no", "PrintMotd no"],
  ];
  await Deno.writeTextFile(dir.join("config"), settings.join("\n") + "\n");
  // Where it drops its privileges; the package makes it at boot.
  await Deno.mkdir("/run/sshd", { recursive: true });
  const sshd = stack.use(Spawned.start([findProgram("sshd")!, "-D", "-e", "-f", dir.join("config")]));
  await sshd.waitForOutput(/listening/i, 10_000);
  const known = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
  const options = known.flatMap((option) => ["-o", option]);
  const owned = stack.move();
  return {
    command: (shell) => {
      const to = ["-p", `${port}`, "-i", dir.join("user"), `${Deno.env.get("USER") ?? "root"}@127.0.0.1`];
      return ["ssh", "-tt", "-F", "/dev/null", ...options, ...to, shell];
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
