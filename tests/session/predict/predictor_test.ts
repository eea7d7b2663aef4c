import assert from "node:assert/strict";
import type { ScreenView } from "../../../session/predict/guess.ts";
import { type PredictMode, Predictor } from "../../../session/predict/predictor.ts";
import { screenView } from "../../../session/render/screen_view.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A user who types at a screen over a slow link: the host's answers come when the test says. */
class User {
  readonly screen = newScreen(20, 4, 0);
  readonly predictor: Predictor;
  now = 1000;
  typedBytes = 0;
  readonly srtt = 200;

  constructor(mode: PredictMode = "adaptive") {
    this.predictor = new Predictor(mode);
  }

  get view(): ScreenView {
    return screenView(this.screen.emulator);
  }

  type(text: string): void {
    for (const char of text) {
      this.typedBytes += bytes(char).length;
      this.predictor.typed(bytes(char), this.typedBytes, this.view, this.now);
      this.now += 20;
      this.predictor.update(this.view, 0, this.srtt, this.now);
    }
  }

  /** The host printed `text`; its echo ack covers all that was typed. */
  host(text: string, effect = this.typedBytes): void {
    this.now += 100;
    this.screen.write(bytes(text));
    this.predictor.update(this.view, effect, this.srtt, this.now);
  }

  /** The row as a person sees it. */
  row(row: number): string {
    const { view } = this;
    const cells = Array.from({ length: view.cols }, (_, col) => {
      return view.width(row, col) === 0 ? "" : view.char(row, col) || " ";
    });
    for (const { row: at, col, char, width } of this.predictor.overlay().cells) {
      if (at !== row) continue;
      cells[col] = char || " ";
      if (width === 2) cells[col + 1] = "";
      else if (cells[col + 1] === "") cells[col + 1] = " ";
    }
    return cells.join("").trimEnd();
  }

  get cursor(): [number, number] {
    const { cursor } = this.predictor.overlay();
    return cursor ? [cursor.row, cursor.col] : [this.view.cursorRow, this.view.cursorCol];
  }
}

/** A user at a prompt where one key was already confirmed. */
function atPrompt(): User {
  const user = new User();
  user.host("$ ");
  user.type("l");
  assert.equal(user.row(0), "$", "an unproved guess is not shown");
  user.host("l");
  return user;
}

Deno.test("once a key of the epoch was confirmed, the next ones show at once, with the cursor", () => {
  const user = atPrompt();
  user.type("s -l");
  assert.equal(user.row(0), "$ ls -l");
  assert.deepEqual(user.cursor, [0, 7]);
  user.host("s -l");
  assert.equal(user.predictor.overlay().cells.length, 0);
  assert.ok(user.predictor.counts.right >= 3);
  assert.equal(user.predictor.counts.wrong, 0);
});

Deno.test("after Enter nothing shows until the new epoch is confirmed: a password never does", () => {
  const user = atPrompt();
  user.type("\r");
  user.host("\r\nPassword: ");
  user.type("secret");
  assert.equal(user.row(1), "Password:");
  user.host("");
  user.host("\r\nok\r\n$ ");
  assert.equal(user.row(1), "Password:");
  assert.equal(user.row(2), "ok");
});

Deno.test("a wrong guess is taken back with the host's answer", () => {
  const user = atPrompt();
  user.type("s");
  assert.equal(user.row(0), "$ ls");
  user.host("\x1b[2K\r$ menu"); // a key that does something else
  assert.equal(user.row(0), "$ menu");
  assert.equal(user.predictor.counts.wrong, 1);
  user.type("x");
  assert.equal(user.row(0), "$ menu", "and the next guess must prove itself again");
});

Deno.test("backspace takes the last character away, and typing in the middle shifts the rest", () => {
  const user = atPrompt();
  user.type("sx\x7f");
  assert.equal(user.row(0), "$ ls");
  assert.deepEqual(user.cursor, [0, 4]);
  user.host("sx\b \b");
  assert.equal(user.row(0), "$ ls");
  user.type("\x1b[D");
  user.type("o");
  assert.equal(user.row(0), "$ los");
  assert.deepEqual(user.cursor, [0, 4]);
  user.host("\b\x1b[1@o");
  assert.equal(user.row(0), "$ los");
  assert.equal(user.predictor.counts.wrong, 0);
});

Deno.test("at the line's end nothing is guessed", () => {
  const user = atPrompt();
  user.host("x".repeat(16));
  user.type("abc");
  assert.equal(user.row(0), "$ l" + "x".repeat(16));
  assert.equal(user.row(1), "");
  user.host("abc");
  assert.equal(user.row(1), "bc");
  assert.equal(user.predictor.counts.wrong, 0);
});

Deno.test("combining and pasted text is left alone", () => {
  const user = atPrompt();
  user.type("e\u0301");
  assert.equal(user.predictor.overlay().cells.filter((cell) => cell.char.includes("\u0301")).length, 0);
  user.predictor.typed(bytes("y".repeat(200)), user.typedBytes += 200, user.view, user.now);
  assert.equal(user.predictor.overlay().cells.length, 0);
});

Deno.test("letters of other alphabets that take one cell show at once, what may take two or join does not", () => {
  for (const word of ["жизнь", "λόγος", "đường", "ბარი", "բառ"]) {
    const user = atPrompt();
    user.type(word);
    assert.equal(user.row(0), `$ l${word}`);
    user.host(word);
    assert.deepEqual(user.predictor.counts, { right: word.length, wrong: 0 });
  }
  for (const char of ["Ａ", "Ж\u0301".slice(1), "א", "ع", "ไ", "ก", "🙂", "€", "ﬁ"]) {
    const user = atPrompt();
    user.type(char);
    assert.equal(user.row(0), "$ l", char);
  }
});

Deno.test("on a quick link adaptive shows nothing, always shows, never makes no guess", () => {
  for (const [mode, expected] of [["adaptive", "$ l"], ["always", "$ ls"], ["never", "$ l"]] as const) {
    const user = new User(mode);
    Object.defineProperty(user, "srtt", { value: 5 });
    user.host("$ ");
    user.type("l");
    user.host("l");
    user.type("s");
    assert.equal(user.row(0), expected, mode);
  }
});

Deno.test("a guess that waits long shows itself, and marks itself after five seconds", () => {
  const user = new User();
  Object.defineProperty(user, "srtt", { value: 5 });
  user.host("$ ");
  user.type("l");
  user.host("l");
  user.type("s");
  assert.equal(user.row(0), "$ l");
  user.now += 300;
  user.predictor.update(user.view, 1, 5, user.now);
  assert.equal(user.row(0), "$ ls");
  assert.equal(user.predictor.overlay().mark, false);
  user.now += 5000;
  user.predictor.update(user.view, 1, 5, user.now);
  assert.equal(user.predictor.overlay().mark, true);
});

Deno.test("wide characters move the cursor and the text by two columns: typed, erased, stepped over", () => {
  const user = atPrompt();
  user.type("日本");
  assert.equal(user.row(0), "$ l日本");
  assert.deepEqual(user.cursor, [0, 7]);
  user.host("日本");
  assert.deepEqual(user.predictor.counts, { right: 2, wrong: 0 });
  user.type("x\x7f\x7f");
  assert.equal(user.row(0), "$ l日");
  assert.deepEqual(user.cursor, [0, 5]);
  user.host("x\b \b\b\b  \b\b");
  user.host("語abc");
  user.type("\x1b[D\x1b[D\x1b[D\x7f");
  assert.equal(user.row(0), "$ l日abc");
  assert.deepEqual(user.cursor, [0, 5]);
  user.host("\b\b\b\b\babc  \b\b\b\b\b");
  user.type("\x1b[D");
  assert.deepEqual(user.cursor, [0, 3]);
  user.type("o\x1b[C");
  assert.equal(user.row(0), "$ lo日abc");
  assert.deepEqual(user.cursor, [0, 6]);
  assert.equal(user.predictor.counts.wrong, 0);
});

Deno.test("a prompt at the right edge stays where it is", () => {
  for (const right of ["[12:34]", "[1 2]", "12  34"]) {
    const user = atPrompt();
    user.host(`\x1b7\x1b[${20 - right.length}G${right}\x1b8`);
    user.type("s");
    assert.equal(user.row(0), `$ ls${right.padStart(15)}`);
    user.host("s");
    user.type("x\x1b[D");
    user.type("y");
    assert.equal(user.row(0), `$ lsyx${right.padStart(13)}`);
    user.type("\x7f\x7f");
    assert.equal(user.row(0), `$ lx${right.padStart(15)}`);
    assert.equal(user.predictor.counts.wrong, 0);
  }
});

Deno.test("what the shell suggests is typed over, not pushed along", () => {
  const user = atPrompt();
  user.host("\x1b[90msof x\x1b[m\x1b[5D");
  user.type("s");
  assert.equal(user.row(0), "$ lsof x");
  user.type("t");
  assert.equal(user.row(0), "$ lstf x", "what gives way stays until the host says what comes instead");
  user.host("s\x1b[90mof x\x1b[m\x1b[4Dt\x1b[K");
  assert.equal(user.row(0), "$ lst");
  assert.equal(user.predictor.counts.wrong, 0);
  user.type("a");
  assert.equal(user.row(0), "$ lsta");
});

Deno.test("a guess that is not shown yet takes none away that is", () => {
  const user = atPrompt();
  user.host("abc\b\b\b");
  user.type("x");
  assert.equal(user.row(0), "$ lxabc");
  user.type("\u{1f44d}\u{1f3fd}y\x1b[Ay");
  assert.equal(user.row(0), "$ lxabc");
  user.host("xabc\b\b\b", 2);
  user.host("\u{1f44d}\u{1f3fd}abc\b\b\b", 12);
  assert.equal(user.row(0), "$ lx\u{1f44d}\u{1f3fd}abc", "what is known is not covered by what was guessed");
});
