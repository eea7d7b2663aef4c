/**
 * Removes secrets from what other processes of the same user can read about this one: `/proc/PID/environ` and `/proc/PID/cmdline` show the
 * memory that the kernel filled at the start, which unsetting a variable does not change. The shared shell is such a process, and a guest
 * may type in it. Linux only: other systems have no such files.
 */

/** Bytes of a NUL-separated region that hold a secret. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const utf8 = new TextEncoder();
const NUL = 0, STAR = 0x2a;

/**
 * Overwrites the values of these variables, and the secrets in `args`. Returns the reason if that is not possible; undefined on success.
 */
export function scrub(names: readonly string[], args: readonly string[]): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const environ = read("environ"), cmdline = read("cmdline");
  const variables = variableSpans(environ, names), words = argumentSpans(cmdline, args);
  if (variables.length + words.length === 0) return undefined;
  try {
    // After the name in brackets, from field 3 on: 48 is the start of the arguments, 50 of the environment (proc_pid_stat(5)).
    const fields = new TextDecoder().decode(read("stat")).split(") ").at(-1)!.split(" ");
    using memory = Deno.openSync("/proc/self/mem", { write: true });
    overwrite(memory, Number(fields[45]), words, STAR);
    overwrite(memory, Number(fields[47]), variables, NUL);
    const left = variableSpans(read("environ"), names).length + argumentSpans(read("cmdline"), args).length;
    return left === 0 ? undefined : "they are still there";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The values of the variables `names` in an environment as the kernel shows it. */
export function variableSpans(environ: Uint8Array, names: readonly string[]): Span[] {
  return [...entries(environ)].flatMap(({ from, to }) => {
    const name = names.find((name) => startsWith(environ.subarray(from, to), utf8.encode(`${name}=`)));
    return name === undefined ? [] : shown(environ, { from: from + name.length + 1, to });
  });
}

/** The secrets of our own `args`, the last entries of a command line as the kernel shows it. */
export function argumentSpans(cmdline: Uint8Array, args: readonly string[]): Span[] {
  const all = [...entries(cmdline)].slice(-args.length || Infinity);
  return secretsOf(args).flatMap(({ index, secret }) => {
    const entry = all[index];
    return entry ? shown(cmdline, { from: entry.to - utf8.encode(secret).length, to: entry.to }) : [];
  });
}

const SECRET_FLAG = /^--(?:passphrase|ice-server|redis)$/;
const WITH_VALUE = /^--(?:passphrase|ice-server|redis)=/;
/** The part of a join code before its words. */
const CODE = /^(?:[a-z]+:\/\/[^#]*#|[a-km-np-z2-9]{6,16}-)(?=[a-z])/i;

/** Which of a command line's arguments end with a secret, and the secret. */
function secretsOf(args: readonly string[]): { readonly index: number; readonly secret: string }[] {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return own.flatMap((text, index) => {
    const before = SECRET_FLAG.test(own[index - 1] ?? "") && !text.startsWith("-")
      ? ""
      : (WITH_VALUE.exec(text) ?? (own[0] === "join" ? CODE.exec(text) : null))?.[0];
    return before === undefined ? [] : [{ index, secret: text.slice(before.length) }];
  });
}

/** The spans that are not overwritten yet. */
function shown(bytes: Uint8Array, { from, to }: Span): Span[] {
  return bytes.subarray(from, to).some((byte) => byte !== NUL && byte !== STAR) ? [{ from, to }] : [];
}

function* entries(bytes: Uint8Array): Generator<Span> {
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(NUL, from);
    const to = at < 0 ? bytes.length : at;
    yield { from, to };
    from = to + 1;
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}

function read(name: string): Uint8Array {
  return Deno.readFileSync(`/proc/self/${name}`);
}

function overwrite(memory: Deno.FsFile, start: number, spans: readonly Span[], byte: number): void {
  if (spans.length > 0 && !(start > 0)) throw new Error("the kernel does not say where they are");
  for (const { from, to } of spans) {
    memory.seekSync(start + from, Deno.SeekMode.Start);
    memory.writeSync(new Uint8Array(to - from).fill(byte));
  }
}
