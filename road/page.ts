/** What a browser gets: the web viewer if there is one, else a page that says what to run. */
import type { Asset } from "./options.ts";
import type { Reply } from "./reply.ts";

/**
 * The viewer's policy: its own files and this road's socket, nothing else. WebAssembly is the PAKE's. xterm.js sets styles from script,
 * which `style-src` does not govern, and adds style elements, which it does.
 */
const VIEWER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** One file of the viewer; 304 where the browser has it. */
export function asset({ body, type, etag }: Asset, ifNoneMatch: string | undefined): Reply {
  const headers = { etag, "cache-control": "no-cache", "content-security-policy": VIEWER_POLICY };
  // A proxy that compresses makes the tag a weak one.
  const known = ifNoneMatch?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  return known ? { status: 304, headers } : { status: 200, type, body, headers };
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
