/** The pages of a road: the web viewer if there is one, else a page that says which command to run. */
import type { Asset } from "../config/options.ts";
import type { Reply } from "../http_message.ts";

/**
 * The viewer's content security policy: its own files and this road's socket, nothing else; no script or style in the page itself.
 * WebAssembly is for the PAKE. xterm.js makes style elements, which `road/web/dom/style_elements.ts` turns into constructed sheets.
 * `'self'` of `connect-src` includes the socket at the same address (CSP level 3).
 */
const VIEWER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** One file of the viewer, compressed if the browser accepts that; 304 if the browser has it. */
export function asset(file: Asset, header: (name: string) => string | undefined): Reply {
  const { etag, type, shared, encoded } = file;
  const headers: Record<string, string> = {
    etag,
    "cache-control": "no-cache",
    "content-security-policy": VIEWER_POLICY,
    "cross-origin-resource-policy": shared ? "cross-origin" : "same-origin",
    ...(encoded && { vary: "accept-encoding" }),
    ...(shared && { "access-control-allow-origin": "*" }),
  };
  // A proxy that compresses turns the tag into a weak one.
  const known = header("if-none-match")?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  if (known) return { status: 304, headers };
  const accepted = header("accept-encoding") ?? "";
  const encoding = (["br", "gzip"] as const).find((name) => encoded && accepts(accepted, name));
  if (!encoding) return { status: 200, type, body: file.body, headers };
  return {
    status: 200,
    type,
    body: encoded![encoding],
    headers: { ...headers, "content-encoding": encoding },
  };
}

/** Whether `Accept-Encoding` names the encoding with any weight but 0. */
function accepts(accepted: string, encoding: string): boolean {
  return accepted.split(",").some((part) => {
    const [name, ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/);
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/** The page of a road without a viewer. `session` has the form of a session id. */
export function plainPage(session: string, publicUrl: string): Reply {
  return {
    status: 200,
    type: "text/html; charset=utf-8",
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Beach ${session}</title>
<h1>A shared terminal</h1>
<p>This road serves no web viewer. To join session <b>${session}</b>, run this in a terminal, with the secret words that you were
given (they follow the # in this page's address):</p>
<pre>beach join '${publicUrl.replaceAll(/[<>&"']/g, "")}/j/${session}#secret-words-here'</pre>
</html>
`,
  };
}
