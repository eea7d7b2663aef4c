/** Each command that a page or a help text shows is one that the program takes, with these flags and values. */
import assert from "node:assert/strict";
import { parse } from "../../../cli/options/options.ts";
import { EXAMPLES } from "../../../cli/options/usage.ts";
import { listFiles, ROOT } from "../../../scripts/files.ts";
import { TempDir } from "../../support/temp_dir.ts";

const CODE = "7kq2mx-river-lamp-ocean";
/** In backquotes, or a line of a code block; a pasted line may begin with how Deno is started. */
const COMMAND =
  /`(?:npx -y deno@[\d.]+ task )?beach ([^`\n]+)`|^(?:npx -y deno@[\d.]+ task )?beach (\S.*)$/gm;
/** Of a road's derived ids (`road/API.md`): text that is hashed, no command. */
const HASHED = /^(?:session|peer <session> <token>)$/;

/** The words of a line as a shell has them; what follows a gap of spaces or `#`, and redirections, are for the reader. */
function wordsOf(line: string, file: string): string[] {
  const [command] = line.split(/ {2,}| #/);
  const words = [...command!.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word);
  const end = words.findIndex((word) => /^[<>]$/.test(word));
  return words.slice(0, end < 0 ? undefined : end)
    .filter((word) => word !== "…")
    .map((word) => word.replace(/['"]/g, "").replace("<code>", CODE).replace(/\bCODE\b/, CODE))
    .map((word) => /^(?:FILE|F|FD\|FILE|\S+\.(?:json|pem))$/.test(word) ? file : word);
}

Deno.test("documents: each command of pages and of help is taken as it stands", async () => {
  await using temp = await TempDir.create();
  const file = `${temp.path}/passphrase`;
  await Deno.writeTextFile(file, "four words nobody guesses\n");
  const texts = new Map<string, string>();
  for (const path of (await listFiles(ROOT)).filter((path) => path.endsWith(".md"))) {
    texts.set(path, await Deno.readTextFile(`${ROOT}/${path}`));
  }
  for (const [name, text] of Object.entries(EXAMPLES)) {
    texts.set(`beach ${name} --help`, text.replace(/^ {2}/gm, ""));
  }
  let taken = 0;
  const refused: string[] = [];
  for (const [path, text] of texts) {
    for (const [, quoted, line] of text.matchAll(COMMAND)) {
      const command = (quoted ?? line!).trim();
      // Patterns, such as those of the first screen: `host [-- command]`.
      if (HASHED.test(command) || /^(?:<|\w+ \[)/.test(command)) continue;
      const argv = wordsOf(command, file);
      if (argv.at(-1) === "--help" || argv.length === 1) {
        if (!(argv[0]! in EXAMPLES)) refused.push(`${path}: beach ${command}: there is no such command`);
        continue;
      }
      try {
        parse(argv, {});
        taken++;
      } catch (error) {
        refused.push(`${path}: beach ${command}: ${(error as Error).message}`);
      }
    }
  }
  assert.deepEqual(refused, []);
  assert.ok(taken > 40, `only ${taken} commands were found`);
});
