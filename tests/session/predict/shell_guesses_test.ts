/** Guesses at real shells, whose answers come late: what they show on the right stays there, what they suggest is typed over. */
import assert from "node:assert/strict";
import { Pty } from "../../../cli/pty/pty.ts";
import { NO_COLOURS } from "../../../session/vt/colours.ts";
import { type GuessedCell, Predictor } from "../../../session/predict/predictor.ts";
import { answerQueries } from "../../../session/screen/query_replies.ts";
import { screenView } from "../../../session/render/screen_view.ts";
import { until } from "../../support/deadline.ts";
import { Listeners } from "../../support/listeners.ts";
import { program, testWith, unixTerminal } from "../../support/needs.ts";
import { TempDir } from "../../support/temp_dir.ts";
import { makeScreen } from "../vt_state.ts";

const [COLS, ROWS] = [60, 8];
const SOON = 15_000;

/** A person at a shell; what the shell answers shows when {@link answered} is called. */
class User implements AsyncDisposable {
  readonly screen = makeScreen(COLS, ROWS);
  readonly predictor = new Predictor("always");
  readonly #view = screenView(this.screen.emulator);
  readonly #changes = new Listeners();
  #typed = 0;
  #late: Uint8Array[] | undefined;

  constructor(private readonly pty: Pty) {
    answerQueries(this.screen, () => NO_COLOURS, (bytes) => void pty.write(bytes));
    pty.onoutput = (bytes) => {
      if (this.#late) this.#late.push(bytes.slice());
      else this.screen.write(bytes);
      this.#changes.notify();
    };
  }

  static start(argv: [string, ...string[]], dir: TempDir, env: Record<string, string>): User {
    const pty = Pty.spawn({
      argv,
      cols: COLS,
      rows: ROWS,
      cwd: dir.path,
      env: { ...Deno.env.toObject(), TERM: "xterm-256color", LC_ALL: "C.UTF-8", HOME: dir.path, ...env },
    });
    return new User(pty);
  }

  /** Types a key whose answer is on its way. */
  type(text: string): void {
    this.#late ??= [];
    const bytes = new TextEncoder().encode(text);
    this.#typed += bytes.length;
    this.predictor.typed(bytes, this.#typed, this.#view, performance.now());
    void this.pty.write(bytes);
  }

  /** Lets the answers come until the screen matches, with the cursor in column `at`, and the guesses be judged. */
  async answered(pattern: RegExp, at?: number): Promise<void> {
    const look = () => {
      for (const bytes of this.#late?.splice(0) ?? []) this.screen.write(bytes);
      return pattern.test(this.#rows([])) && (at === undefined || at === this.#view.cursorCol);
    };
    await until(look, this.#changes.subscribe, SOON, `${pattern}`, () => this.#rows([]));
    this.#late = undefined;
    this.predictor.update(this.#view, this.#typed, 300, performance.now());
  }

  /** The screen with cells over it. */
  #rows(cells: readonly GuessedCell[]): string {
    const guessed = new Map(cells.map((cell) => [cell.row * COLS + cell.col, cell]));
    const rows = Array.from({ length: ROWS }, (_, row) => {
      let text = "";
      for (let col = 0; col < COLS;) {
        const cell = guessed.get(row * COLS + col);
        text += (cell?.char ?? this.#view.char(row, col)) || " ";
        col += Math.max(1, cell?.width ?? this.#view.width(row, col));
      }
      return text.trimEnd();
    });
    return rows.join("\n").trimEnd();
  }

  /** The last row with something on it, and what is guessed there. */
  get line(): string {
    return this.#rows(this.predictor.overlay().cells).split("\n").at(-1)!;
  }

  get cursor(): number {
    return this.predictor.overlay().cursor?.col ?? this.#view.cursorCol;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty[Symbol.asyncDispose]();
  }
}

testWith(
  [unixTerminal, program("zsh")],
  "zsh: the prompt at the right stays at the edge while keys are guessed",
  async () => {
    await using dir = await TempDir.create();
    await Deno.writeTextFile(`${dir.path}/.zshrc`, "PS1='> '; RPROMPT='[12:34 main]'\n");
    await using user = User.start(["zsh", "-d", "-i"], dir, { ZDOTDIR: dir.path });
    await user.answered(/^> +\[12:34 main\]$/m);
    const edge = user.line.length;
    user.type("l");
    await user.answered(/^> l +\[12:34 main\]$/m);
    for (const key of "s -la") {
      user.type(key);
      assert.ok(user.line.endsWith(" [12:34 main]") && user.line.length === edge, user.line);
    }
    assert.match(user.line, /^> ls -la +\[/);
    await user.answered(/^> ls -la +\[12:34 main\]$/m);
    for (const key of ["\x1b[D", "\x1b[D", "x", "y", "\x7f"]) user.type(key);
    assert.match(user.line, /^> ls -xla +\[12:34 main\]$/);
    assert.equal(user.line.length, edge);
    await user.answered(/^> ls -xla +\[12:34 main\]$/m);
    assert.equal(user.predictor.counts.wrong, 0);
    assert.ok(user.predictor.counts.right >= 5, `${user.predictor.counts.right} came out right`);
  },
);

testWith([unixTerminal, program("fish")], "fish: a suggestion is typed over", async () => {
  await using dir = await TempDir.create();
  const data = `${dir.path}/data/fish`;
  await Deno.mkdir(data, { recursive: true });
  await Deno.writeTextFile(`${data}/fish_history`, "- cmd: echo hello wide world\n  when: 1700000000\n");
  const init = "function fish_prompt; echo -n '> '; end; function fish_greeting; end";
  await using user = User.start(["fish", "-i", "-C", init], dir, {
    XDG_DATA_HOME: `${dir.path}/data`,
    XDG_CONFIG_HOME: `${dir.path}/config`,
  });
  await user.answered(/^>$/m);
  user.type("e");
  await user.answered(/^> echo hello wide world$/m);
  for (const key of "cho hel") {
    user.type(key);
    assert.equal(user.line, "> echo hello wide world");
  }
  assert.equal(user.cursor, 10);
  await user.answered(/^> echo hello wide world$/m, 10);
  user.type("x");
  assert.equal(user.line, "> echo helxo wide world");
  await user.answered(/^> echo helx$/m);
  assert.equal(user.predictor.counts.wrong, 0);
});

testWith([unixTerminal, program("bash")], "bash: keys move by the width of the character", async () => {
  await using dir = await TempDir.create();
  await using user = User.start(["bash", "--norc", "--noprofile", "-i"], dir, { PS1: "> " });
  await user.answered(/^>$/m);
  user.type("e");
  await user.answered(/^> e$/m);
  for (const key of ["c", "h", "o", " ", "日", "本", "語", "a", "b", "c"]) user.type(key);
  assert.equal(user.line, "> echo 日本語abc");
  await user.answered(/^> echo 日本語abc$/m);
  const shown = (row: string, col: number) => assert.deepEqual([user.line, user.cursor], [row, col]);
  for (const key of ["\x1b[D", "\x1b[D", "\x1b[D", "\x7f"]) user.type(key);
  shown("> echo 日本abc", 11);
  await user.answered(/^> echo 日本abc$/m);
  user.type("\x1b[D");
  shown("> echo 日本abc", 9);
  user.type("\x1b[C");
  shown("> echo 日本abc", 11);
  assert.equal(user.predictor.counts.wrong, 0);
});
