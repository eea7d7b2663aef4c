/**
 * The environment of the person who started us. In a clone `npx` and `deno task` stand between: they add some thirty variables of their own
 * and folders to PATH, and npm sets EDITOR. Tools in a shared shell mind (nvm refuses to work beside npm's).
 */
import { basename } from "node:path";

type Environment = Readonly<Record<string, string>>;

/** npm, its kin and `deno task` set it for what they start. */
const STARTED = "INIT_CWD";
/** What these programs run on. */
const RUNNER = /^(?:node|nodejs|deno|bun)(?:$|[.-])/;
/** Deeper than any way to start a program through runners of runners. */
const MAX_ANCESTORS = 16;

/** `own`: our environment now. The person's may name other folders and editors than ours; where nothing stands between, it is ours. */
export function personEnvironment(own: Environment, standalone: boolean): Environment {
  // An executable is meant to run in the environment that it is started in, a script's too.
  if (standalone || own[STARTED] === undefined) return own;
  return withoutRunners(own, beforeRunners(), Deno.build.os === "windows");
}

/** What the first of the programs between us and the person was started with, which Linux tells; undefined elsewhere. */
function beforeRunners(): Environment | undefined {
  let pid = "self";
  try {
    for (let i = 0; i < MAX_ANCESTORS; i++) {
      const env = readEnvironment(pid);
      // Some other program may have been started by npm, and started us much later.
      if (env[STARTED] === undefined) {
        return RUNNER.test(basename(Deno.readLinkSync(`/proc/${pid}/exe`))) ? env : undefined;
      }
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      // After the name, which may hold anything: the state, and then the parent.
      pid = stat.slice(stat.lastIndexOf(")")).split(" ")[2] ?? "";
    }
  } catch {
    // No Linux, another user's process, or bytes that are no text.
  }
  return undefined;
}

function readEnvironment(pid: string): Record<string, string> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(`/proc/${pid}/environ`));
  const pairs = text.split("\0").map((line) => [line, line.indexOf("=")] as const).filter(([, at]) => at > 0);
  return Object.fromEntries(pairs.map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]));
}

/**
 * `own` with what runners are known to set as it was `before` them; where that is not known, without it. The rest stays, for whoever
 * stands between may have set it. Pure.
 */
export function withoutRunners(
  own: Environment,
  before: Environment | undefined,
  windows: boolean,
): Environment {
  // npm says "vi" or "notepad.exe" where the person has said nothing, and then VISUAL has the say.
  const silent = [own.VISUAL, windows ? "notepad.exe" : "vi"];
  const byNpm = own.npm_execpath === undefined ? [] : [
    "COLOR",
    ...own.NODE === own.npm_node_execpath ? ["NODE"] : [],
    ...silent.includes(own.EDITOR) ? ["EDITOR"] : [],
  ];
  const isTheirs = (name: string) => name === STARTED || /^npm_/i.test(name) || byNpm.includes(name);
  const kept = Object.entries(own).filter(([name]) => !isTheirs(name)).map(([name, text]) => {
    return [name, /^path$/i.test(name) ? withoutFolders(text, before?.[name], windows) : text];
  });
  return Object.fromEntries([...kept, ...Object.entries(before ?? {}).filter(([name]) => isTheirs(name))]);
}

/** PATH without the folders in front that runners put there: of packages, and npm's own. Some of the person's may look alike. */
function withoutFolders(path: string, before: string | undefined, windows: boolean): string {
  const separator = windows ? ";" : ":";
  const folders = path.split(separator);
  const isTheirs = (folder: string) => /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/.test(folder);
  const own = before?.split(separator) ?? [];
  const added = folders.slice(0, -own.length);
  if (before !== undefined && path.endsWith(before) && added.every(isTheirs)) return before;
  const first = folders.findIndex((folder) => !isTheirs(folder));
  return folders.slice(Math.max(0, first)).join(separator);
}
