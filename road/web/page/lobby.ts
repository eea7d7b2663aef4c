/** The page before a session: asks for what the link lacks, says what the link allows, and why a join failed. */
import { describe } from "../embed/beach.ts";
import type { JoinFailure } from "../embed/join_failure.ts";
import { part } from "../dom/elements.ts";
import { sentence } from "../dom/format.ts";

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
 * @param given the page's own address if it names a session, or what was entered before
 * @param own whether it is the page's own: then there is nothing to choose
 */
export function showLobby(
  given: string | undefined,
  own: boolean,
  name: string,
  failure: JoinFailure | undefined,
  join: (wish: Wish) => void,
): void {
  const input = (id: string) => part<HTMLInputElement>(id);
  const known = given === undefined ? undefined : tryDescribe(given);
  const needsSecret = known !== undefined && (!known.hasSecret || failure?.reason === "wrong");
  part("lobby-code-row").hidden = own && known !== undefined;
  part("lobby-secret-row").hidden = !needsSecret;
  part("lobby-title").textContent = own && known ? "A terminal is shared with you" : "Join a shared terminal";
  part("lobby-role").textContent = known
    ? (known.hasSecret ? ROLES[known.role] : `Session ${known.session}`)
    : "";
  part("lobby-error").hidden = failure === undefined;
  part("lobby-what").textContent = failure ? sentence(failure.what) : "";
  part("lobby-hint").textContent = failure?.hint ?? "";
  part("lobby-origin").textContent = location.host;
  part("lobby-plain").hidden = isSecureContext;
  input("lobby-name").value ||= name;
  if (given !== undefined && !(own && known)) input("lobby-code").value = given;
  part<HTMLFormElement>("lobby-form").onsubmit = (event) => {
    event.preventDefault();
    const secret = needsSecret ? input("lobby-secret").value.trim() : "";
    const entered = own && known ? given! : input("lobby-code").value.trim();
    // Another code, with words of its own, needs no other secret.
    const whole = entered !== given && tryDescribe(entered)?.hasSecret;
    join({
      url: secret && !whole ? withSecret(entered, secret) : entered,
      ...(secret && { secret }),
      name: input("lobby-name").value.trim(),
    });
  };
  part("lobby").hidden = false;
  const first = needsSecret ? "lobby-secret" : own && known ? "lobby-name" : "lobby-code";
  input(first).focus();
}

/** Words go into the link or code, where a reload finds them; a passphrase does not. */
function withSecret(given: string, secret: string): string {
  const bare = given.replace(/#.*/s, "");
  const words = secret.toLowerCase().split(/[\s-]+/).join("-");
  const [code, ...at] = bare.split("@");
  const whole = URL.canParse(bare) ? `${bare}#${words}` : [`${code}-${words}`, ...at].join("@");
  return tryDescribe(whole)?.hasSecret ? whole : bare;
}

function tryDescribe(url: string) {
  try {
    return describe(url);
  } catch {
    return undefined;
  }
}
