/** What `cp` copies and where to: a path here, or `CODE:PATH` at a host. Pure. */
import { CodeError, type JoinCode, parseCode } from "../../transport/auth/join_code.ts";

export type Place =
  | { readonly at: "here"; readonly path: string }
  /** `code` is absent where it is read from standard input (`-:PATH`). */
  | { readonly at: "host"; readonly code: JoinCode | undefined; readonly path: string };

/** `text` as a place. A path here that would look like a code has `./` before it, as with scp. */
export function parsePlace(text: string): Place {
  if (text.startsWith("-:")) return { at: "host", code: undefined, path: hostPath(text.slice(2)) };
  if (/^(?:\.{0,2}\/|[A-Za-z]:[\\/])/.test(text)) return { at: "here", path: text };
  if (codeOf(text)) {
    throw new CodeError(
      "A join code without a path",
      text,
      "CODE:PATH",
      `Write ${text}: for the host's whole folder.`,
    );
  }
  // The road in a code may have a port: the longest code counts.
  for (let at = text.lastIndexOf(":"); at > 0; at = text.lastIndexOf(":", at - 1)) {
    const code = codeOf(text.slice(0, at));
    if (code) return { at: "host", code, path: hostPath(text.slice(at + 1)) };
  }
  return { at: "here", path: text };
}

function codeOf(text: string): JoinCode | undefined {
  try {
    return parseCode(text);
  } catch (error) {
    if (error instanceof CodeError) return undefined;
    throw error;
  }
}

/** People write `dir/` and `./dir`; on the wire neither is a path. */
function hostPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, "").replace(/\/+$/, "").replace(/^\.$/, "");
}
