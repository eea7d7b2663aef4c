/** The page before a session: asks for what the link lacks, says what it lets one do, and why a join failed. */
import { describe } from "./beach.ts";
import { JoinFailure } from "./join_failure.ts";
import { part } from "./page.ts";

export interface Wish {
  readonly url: string;
  readonly secret?: string;
  readonly name: string;
}

const ROLES = {
  write: "You will be able to see it and type in it.",
  view: "This link is for viewing: you will see everything, but can't type.",
} as const;

/**
 * Shows the lobby; `join` is called when the form is sent.
 * @param url the page's own, if it names a session
 */
export function showLobby(
  url: string | undefined,
  name: string,
  failure: JoinFailure | undefined,
  join: (wish: Wish) => void,
): void {
  const input = (id: string) => part<HTMLInputElement>(id);
  const known = url === undefined ? undefined : tryDescribe(url);
  const needsSecret = known !== undefined && (!known.hasSecret || failure?.reason === "wrong");
  part("lobby-code-row").hidden = known !== undefined;
  part("lobby-secret-row").hidden = !needsSecret;
  part("lobby-title").textContent = known ? "A terminal is shared with you" : "Join a shared terminal";
  part("lobby-role").textContent = known
    ? (known.hasSecret ? ROLES[known.role] : `Session ${known.session}`)
    : "";
  part("lobby-error").hidden = failure === undefined || failure.reason === "secret";
  part("lobby-what").textContent = failure ? `${failure.what}.` : "";
  part("lobby-hint").textContent = failure?.hint ?? "";
  input("lobby-name").value ||= name;
  if (url !== undefined && !known) input("lobby-code").value = url;
  part<HTMLFormElement>("lobby-form").onsubmit = (event) => {
    event.preventDefault();
    const secret = input("lobby-secret").value.trim();
    const code = input("lobby-code").value.trim();
    const target = known ? url! : code;
    try {
      join({
        url: needsSecret ? withSecret(url!, secret) : target,
        ...(secret && { secret }),
        name: input("lobby-name").value.trim(),
      });
    } catch (error) {
      if (error instanceof JoinFailure) showLobby(url, name, error, join);
      else throw error;
    }
  };
  part("lobby").hidden = false;
  const first = known ? (needsSecret ? "lobby-secret" : "lobby-name") : "lobby-code";
  input(first).focus();
}

/** Words go into the link, where a reload finds them; a passphrase does not. */
function withSecret(url: string, secret: string): string {
  const bare = url.replace(/#.*/s, "");
  const words = secret.toLowerCase().split(/[\s-]+/).join("-");
  try {
    describe(`${bare}#${words}`);
    return `${bare}#${words}`;
  } catch {
    return bare;
  }
}

function tryDescribe(url: string) {
  try {
    return describe(url);
  } catch {
    return undefined;
  }
}
