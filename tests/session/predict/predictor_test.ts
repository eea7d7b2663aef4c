import assert from "node:assert/strict";
import type { ScreenView } from "../../../session/predict/guess.ts";
import { type PredictMode, Predictor } from "../../../session/predict/predictor.ts";
import { screenView } from "../../../session/render/screen_view.ts";
import { newScreen } from "../../../cli/emulator/new_screen.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A screen and a person typing at it over a slow link: the host's answers come when the test says. */
class Admission {
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

/** A desk at a prompt where one key was already confirmed. */
function atPrompt(): Admission {
  const desk = new Admission();
  desk.host("$ ");
  desk.type("l");
  assert.equal(desk.row(0), "$", "an unproved guess is not shown");
  desk.host("l");
  return desk;
}

Deno.test("once a key of the epoch was confirmed, the next ones show at once, with the cursor", () => {
  const desk = atPrompt();
  desk.type("s -l");
  assert.equal(desk.row(0), "$ ls -l");
  assert.deepEqual(desk.cursor, [0, 7]);
  desk.host("s -l");
  assert.equal(desk.predictor.overlay().cells.length, 0);
  assert.ok(desk.predictor.counts.right >= 3);
  assert.equal(desk.predictor.counts.wrong, 0);
});

Deno.test("after Enter nothing shows until the new epoch is confirmed: a password never does", () => {
  const desk = atPrompt();
  desk.type("\r");
  desk.host("\r\nPassword: ");
  desk.type("secret");
  assert.equal(desk.row(1), "Password:");
  desk.host("");
  desk.host("\r\nok\r\n$ ");
  assert.equal(desk.row(1), "Password:");
  assert.equal(desk.row(2), "ok");
});

Deno.test("a wrong guess is taken back with the host's answer", () => {
  const desk = atPrompt();
  desk.type("s");
  assert.equal(desk.row(0), "$ ls");
  desk.host("\x1b[2K\r$ menu"); // a key that does something else
  assert.equal(desk.row(0), "$ menu");
  assert.equal(desk.predictor.counts.wrong, 1);
  desk.type("x");
  assert.equal(desk.row(0), "$ menu", "and the next guess must prove itself again");
});

Deno.test("backspace takes the last character away, and typing in the middle shifts the rest", () => {
  const desk = atPrompt();
  desk.type("sx\x7f");
  assert.equal(desk.row(0), "$ ls");
  assert.deepEqual(desk.cursor, [0, 4]);
  desk.host("sx\b \b");
  assert.equal(desk.row(0), "$ ls");
  desk.type("\x1b[D");
  desk.type("o");
  assert.equal(desk.row(0), "$ los");
  assert.deepEqual(desk.cursor, [0, 4]);
  desk.host("\b\x1b[1@o");
  assert.equal(desk.row(0), "$ los");
  assert.equal(desk.predictor.counts.wrong, 0);
});

Deno.test("at the line's end nothing is guessed", () => {
  const desk = atPrompt();
  desk.host("x".repeat(16));
  desk.type("abc");
  assert.equal(desk.row(0), "$ l" + "x".repeat(16));
  assert.equal(desk.row(1), "");
  desk.host("abc");
  assert.equal(desk.row(1), "bc");
  assert.equal(desk.predictor.counts.wrong, 0);
});

Deno.test("combining and pasted text is left alone", () => {
  const desk = atPrompt();
  desk.type("e\u0301");
  assert.equal(desk.predictor.overlay().cells.filter((cell) => cell.char.includes("\u0301")).length, 0);
  desk.predictor.typed(bytes("y".repeat(200)), desk.typedBytes += 200, desk.view, desk.now);
  assert.equal(desk.predictor.overlay().cells.length, 0);
});

Deno.test("letters of other alphabets that take one cell show at once, what may take two or join does not", () => {
  for (const word of ["жизнь", "λόγος", "đường", "ბარი", "բառ"]) {
    const desk = atPrompt();
    desk.type(word);
    assert.equal(desk.row(0), `$ l${word}`);
    desk.host(word);
    assert.deepEqual(desk.predictor.counts, { right: word.length, wrong: 0 });
  }
  for (const char of ["Ａ", "Ж\u0301".slice(1), "א", "ع", "ไ", "ก", "🙂", "€", "ﬁ"]) {
    const desk = atPrompt();
    desk.type(char);
    assert.equal(desk.row(0), "$ l", char);
  }
});

Deno.test("on a quick link adaptive shows nothing, always shows, never makes no guess", () => {
  for (const [mode, expected] of [["adaptive", "$ l"], ["always", "$ ls"], ["never", "$ l"]] as const) {
    const desk = new Admission(mode);
    Object.defineProperty(desk, "srtt", { value: 5 });
    desk.host("$ ");
    desk.type("l");
    desk.host("l");
    desk.type("s");
    assert.equal(desk.row(0), expected, mode);
  }
});

Deno.test("a guess that waits long shows itself, and marks itself after five seconds", () => {
  const desk = new Admission();
  Object.defineProperty(desk, "srtt", { value: 5 });
  desk.host("$ ");
  desk.type("l");
  desk.host("l");
  desk.type("s");
  assert.equal(desk.row(0), "$ l");
  desk.now += 300;
  desk.predictor.update(desk.view, 1, 5, desk.now);
  assert.equal(desk.row(0), "$ ls");
  assert.equal(desk.predictor.overlay().mark, false);
  desk.now += 5000;
  desk.predictor.update(desk.view, 1, 5, desk.now);
  assert.equal(desk.predictor.overlay().mark, true);
});

Deno.test("wide characters move the cursor and the text by two columns: typed, erased, stepped over", () => {
  const desk = atPrompt();
  desk.type("日本");
  assert.equal(desk.row(0), "$ l日本");
  assert.deepEqual(desk.cursor, [0, 7]);
  desk.host("日本");
  assert.deepEqual(desk.predictor.counts, { right: 2, wrong: 0 });
  desk.type("x\x7f\x7f");
  assert.equal(desk.row(0), "$ l日");
  assert.deepEqual(desk.cursor, [0, 5]);
  desk.host("x\b \b\b\b  \b\b");
  desk.host("語abc");
  desk.type("\x1b[D\x1b[D\x1b[D\x7f");
  assert.equal(desk.row(0), "$ l日abc");
  assert.deepEqual(desk.cursor, [0, 5]);
  desk.host("\b\b\b\b\babc  \b\b\b\b\b");
  desk.type("\x1b[D");
  assert.deepEqual(desk.cursor, [0, 3]);
  desk.type("o\x1b[C");
  assert.equal(desk.row(0), "$ lo日abc");
  assert.deepEqual(desk.cursor, [0, 6]);
  assert.equal(desk.predictor.counts.wrong, 0);
});

Deno.test("a prompt at the right edge stays where it is", () => {
  for (const right of ["[12:34]", "[1 2]", "12  34"]) {
    const desk = atPrompt();
    desk.host(`\x1b7\x1b[${20 - right.length}G${right}\x1b8`);
    desk.type("s");
    assert.equal(desk.row(0), `$ ls${right.padStart(15)}`);
    desk.host("s");
    desk.type("x\x1b[D");
    desk.type("y");
    assert.equal(desk.row(0), `$ lsyx${right.padStart(13)}`);
    desk.type("\x7f\x7f");
    assert.equal(desk.row(0), `$ lx${right.padStart(15)}`);
    assert.equal(desk.predictor.counts.wrong, 0);
  }
});

Deno.test("what the shell suggests is typed over, not pushed along", () => {
  const desk = atPrompt();
  desk.host("\x1b[90msof x\x1b[m\x1b[5D");
  desk.type("s");
  assert.equal(desk.row(0), "$ lsof x");
  desk.type("t");
  assert.equal(desk.row(0), "$ lstf x", "what gives way stays until the host says what comes instead");
  desk.host("s\x1b[90mof x\x1b[m\x1b[4Dt\x1b[K");
  assert.equal(desk.row(0), "$ lst");
  assert.equal(desk.predictor.counts.wrong, 0);
  desk.type("a");
  assert.equal(desk.row(0), "$ lsta");
});

Deno.test("a guess that is not shown yet takes none away that is", () => {
  const desk = atPrompt();
  desk.host("abc\b\b\b");
  desk.type("x");
  assert.equal(desk.row(0), "$ lxabc");
  desk.type("\u{1f44d}\u{1f3fd}y\x1b[Ay");
  assert.equal(desk.row(0), "$ lxabc");
  desk.host("xabc\b\b\b", 2);
  desk.host("\u{1f44d}\u{1f3fd}abc\b\b\b", 12);
  assert.equal(desk.row(0), "$ lx\u{1f44d}\u{1f3fd}abc", "what is known is not covered by what was guessed");
});
