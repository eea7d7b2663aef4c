/** An https service: one that is trusted, and what is said of those that can't be asked. */
import assert from "node:assert/strict";
import { ROOT } from "../../../scripts/files.ts";
import { program, testWith } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";

/** Asks `origin` in a process of its own, since trust is read once from the environment; what it prints. */
async function asked(origin: string, env: Record<string, string> = {}): Promise<string> {
  const code = `
    import { askHttp } from "./cli/services/http_service.ts";
    import { ByteReader } from "./session/services/byte_reader.ts";
    const head = { method: "GET", path: "/", headers: [] };
    const none = new ByteReader({ read: () => Promise.resolve(undefined), cancel: () => {} });
    await askHttp({ origin: "${origin}", timeout: 5000 }, head, none, new AbortController().signal).then(
      ({ head }) => console.log(head.status),
      ({ code, message }) => console.log(code, message),
    );`;
  const run = new Deno.Command(Deno.execPath(), { args: ["eval", code], cwd: ROOT, env });
  const { stdout, stderr } = await run.output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trim();
}

testWith(
  [program("openssl")],
  "https: a certificate that is not trusted is said so, one that is named is trusted, and http is told from https",
  async () => {
    await using dir = await TempDir.create();
    const [cert, key] = [dir.join("cert.pem"), dir.join("key.pem")];
    const made = await new Deno.Command("openssl", {
      args: "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
        .split(" ").concat("-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert),
      stdin: "null",
      stderr: "null",
    }).output();
    assert.ok(made.success);
    const listen = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const [pem, secret] = [await Deno.readTextFile(cert), await Deno.readTextFile(key)];
    await using tls = Deno.serve({ ...listen, cert: pem, key: secret }, () => new Response("fine"));
    await using plain = Deno.serve(listen, () => new Response("fine"));
    const at = ({ addr }: { readonly addr: Deno.NetAddr }, scheme: string) =>
      `${scheme}://localhost:${addr.port}`;
    assert.match(
      await asked(at(tls, "https")),
      /^unreachable the service's certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): .*NODE_EXTRA_CA_CERTS/,
    );
    assert.equal(await asked(at(tls, "https"), { NODE_EXTRA_CA_CERTS: cert }), "200");
    assert.match(await asked(at(plain, "https")), /^bad-answer .* does not speak TLS/);
    assert.match(await asked(at(tls, "http")), /^bad-answer .* is no HTTP/);
  },
);
