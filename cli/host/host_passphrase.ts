/** The passphrase of a host: asked for if the flag has no value, and refused if a few guesses would find it. */
import { guessesOf, PASSPHRASE_BITS } from "../../transport/auth/guess_limit.ts";
import { ask, canAsk } from "../terminal/ask.ts";
import { Failure, USAGE } from "../process/failure.ts";

/** A passphrase allows 64 guesses over the network (`guess_limit.ts`): eight letters that are not among the commonest are safe then. */
const LEAST = 8;
/** The commonest passphrases of sufficient length that {@link predictable} does not detect; from lists of leaked passwords. */
const COMMONEST = new Set(
  ("password passw0rd qwertyui iloveyou princess sunshine football baseball superman trustno1 starwars whatever computer " +
    "michelle jennifer corvette internet mercedes maverick liverpool chocolate butterfly basketball letmein welcome monkey dragon " +
    "master shadow charlie passwort changeme openopen abcdefgh asdfasdf asdfghjkl zxcvbnm qwerty qazwsx admin root beach secret hello test abc login pass access hunter")
    .split(" "),
);

/** Why a passphrase is weak, for the person; undefined if it is not. */
export function weakness(passphrase: string): string | undefined {
  const { length } = [...passphrase];
  if (length < LEAST) return `it has ${length} characters`;
  return predictable(passphrase.toLowerCase())
    ? `it is among the first ${guessesOf(PASSPHRASE_BITS)} that anybody would try`
    : undefined;
}

/** Few different letters, a run of neighbours such as `12345678`, or a common one with digits around it. */
function predictable(text: string): boolean {
  const bare = text.replace(/^[\d\W_]+|[\d\W_]+$/g, "");
  const codes = [...text].map((char) => char.codePointAt(0)!);
  const steps = new Set(codes.slice(1).map((code, i) => code - codes[i]!));
  return new Set(text).size < 4 || steps.size <= 1 || /^\d{8,9}0?$/.test(text) || COMMONEST.has(text) ||
    COMMONEST.has(bare) || /^(.{1,4})\1+$/.test(text);
}

/** The passphrase to use: `given`, or the person's answer if that is `true`. Throws {@link Failure} for a weak one. */
export async function hostPassphrase(
  given: string | true | undefined,
  stop: AbortSignal,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const passphrase = given === true ? await askTwice(stop) : given;
  const why = weakness(passphrase);
  if (why === undefined) return passphrase;
  throw new Failure({
    what: `The passphrase is too weak: ${why}`,
    wanted: `at least ${LEAST} characters that nobody guesses, such as four random words`,
    hint: "Or leave it out: the code has words of its own",
    code: USAGE,
  });
}

async function askTwice(stop: AbortSignal): Promise<string> {
  if (!canAsk()) {
    throw new Failure({
      what: "--passphrase has no value, and there is no terminal to ask for it",
      hint: "Try --passphrase-file F",
      code: USAGE,
    });
  }
  const first = await ask("Passphrase for those who join:", { hidden: true, stop });
  if (await ask("The same again:", { hidden: true, stop }) === first) return first;
  throw new Failure({ what: "The two passphrases differ", hint: "Try again", code: USAGE });
}
