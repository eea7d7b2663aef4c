/** A terminal that is not ours: a tmux pane of a server of its own. */
import { pollAsync } from "../support/deadline.ts";
import { TempDir } from "../support/temp_dir.ts";

const SOON = 5000;
/** Its title says that all before was parsed. */
const END = "all of it";

export interface Pane {
  /** Rows from the top, without blanks at their end. */
  readonly rows: readonly string[];
  /** From 0. */
  readonly cursor: { readonly x: number; readonly y: number };
}

/** What a tmux pane of this size shows that is given `bytes`. */
export async function inTmuxPane(bytes: Uint8Array, cols: number, rows: number): Promise<Pane> {
  await using folder = await TempDir.create();
  const file = folder.join("bytes");
  Deno.writeFileSync(file, new Uint8Array([...bytes, ...new TextEncoder().encode(`\x1b]2;${END}\x1b\\`)]));
  const tmux = async (...args: string[]) => {
    const { stdout } = await new Deno.Command("tmux", {
      args: ["-u", "-S", folder.join("socket"), "-f", "/dev/null", ...args],
      env: { LC_ALL: "C.UTF-8" },
    }).output();
    return new TextDecoder().decode(stdout).trimEnd();
  };
  try {
    // The status line is not the pane's.
    const command = `stty raw -echo; cat ${file}; exec cat`;
    await tmux("new-session", "-d", "-x", `${cols}`, "-y", `${rows}`, command, ";", "set", "status", "off");
    const told = async () => {
      const [title, x, y] = (await tmux("display-message", "-p", "#{pane_title}\n#{cursor_x}\n#{cursor_y}"))
        .split("\n");
      return title === END && { x: Number(x), y: Number(y) };
    };
    const cursor = await pollAsync(told, SOON, "the end in tmux");
    const shown = (await tmux("capture-pane", "-p")).split("\n").map((row) => row.trimEnd());
    return { rows: Array.from({ length: rows }, (_, y) => shown[y] ?? ""), cursor };
  } finally {
    await tmux("kill-server");
  }
}
