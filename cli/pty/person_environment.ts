/**
 * The environment of the person who started Beach. In a clone `npx` and `deno task` are in between: they add some thirty variables of their
 * own and folders to PATH, and npm sets EDITOR. Tools in a shared shell mind that (nvm refuses to work beside npm's variables).
 */
import { basename } from "node:path";

type Environment = Readonly<Record<string, string>>;

/** npm, compatible programs and `deno task` set it for what they start. */
const STARTED = "INIT_CWD";
/** The runtimes of these programs. */
const RUNNER = /^(?:node|nodejs|deno|bun)(?:$|[.-])/;
/** More ancestors than any chain of runners has. */
const MAX_ANCESTORS = 16;

/** `own`: our present environment. The person's may have other folders and editors; without runners in between, it is the same. */
export function personEnvironment(own: Environment, standalone: boolean): Environment {
  // An executable is meant to run in the environment in which it is started, also a script's.
  if (standalone || own[STARTED] === undefined) return own;
  return withoutRunners(own, beforeRunners(), Deno.build.os === "windows");
}

/** The environment in which the first runner was started, which Linux tells; undefined elsewhere. */
function beforeRunners(): Environment | undefined {
  let pid = "self";
  try {
    for (let i = 0; i < MAX_ANCESTORS; i++) {
      const env = readEnvironment(pid);
      // Another program may have been started by npm, and have started Beach much later.
      if (env[STARTED] === undefined) {
        return RUNNER.test(basename(Deno.readLinkSync(`/proc/${pid}/exe`))) ? env : undefined;
      }
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      // After the name, which may contain anything: the state, and then the parent.
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
 * `own` with the variables that runners set restored from `before`; without them where `before` is unknown. All others stay, since any
 * program in between may have set them. Pure.
 */
export function withoutRunners(
  own: Environment,
  before: Environment | undefined,
  windows: boolean,
): Environment {
  // npm sets EDITOR to "vi" or "notepad.exe" if the person has set nothing; VISUAL comes first then.
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

/** PATH without the leading folders that runners add: those of packages, and npm's own. Some of the person's may look alike. */
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
