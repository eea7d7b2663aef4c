/** The command with which a person starts Beach, for lines that are to be pasted. Pure. */

/** In a clone that was started with the README's line npm runs Deno, and names it: `'deno' 'task' …`. */
const DENO = /^["']?deno["']?(?:\s|$)/;

/**
 * The words that start this Beach again, before a command of Beach: `beach` for an executable; in a clone, where no such program is
 * installed, `npx -y deno@2.9.6 task beach` or `deno task beach`. `env` is our own environment, `deno` the version that runs us.
 */
export function ownCommand(
  env: Readonly<Record<string, string | undefined>>,
  standalone: boolean,
  deno: string,
): string {
  if (standalone) return "beach";
  const byNpx = env.npm_command === "exec" && DENO.test(env.npm_lifecycle_script ?? "");
  return `${byNpx ? `npx -y deno@${deno}` : "deno"} task beach`;
}
