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
  return beforeRunners() ?? withoutRunners(own, Deno.build.os === "windows");
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

/** Takes out what runners are known to add; `own` as far as they left it. Pure. */
export function withoutRunners(own: Environment, windows: boolean): Environment {
  // npm says "vi" or "notepad.exe" where the person has said nothing, and then VISUAL has the say.
  const silent = [own.VISUAL, windows ? "notepad.exe" : "vi"];
  const byNpm = own.npm_execpath === undefined ? [] : [
    "COLOR",
    ...own.NODE === own.npm_node_execpath ? ["NODE"] : [],
    ...silent.includes(own.EDITOR) ? ["EDITOR"] : [],
  ];
  return Object.fromEntries(
    Object.entries(own)
      .filter(([name]) => name !== STARTED && !/^npm_/i.test(name) && !byNpm.includes(name))
      .map(([name, text]) => [name, /^path$/i.test(name) ? withoutFolders(text, windows) : text]),
  );
}

/** PATH without the folders that stand in front of the person's own: of packages, and npm's own. */
function withoutFolders(path: string, windows: boolean): string {
  const separator = windows ? ";" : ":";
  const folders = path.split(separator);
  const first = folders.findIndex((folder) =>
    !/[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/.test(folder)
  );
  return folders.slice(Math.max(0, first)).join(separator);
}
