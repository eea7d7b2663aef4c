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

/** A admission at a prompt where one key was already confirmed. */
function atPrompt(): Admission {
  const admission = new Admission();
  admission.host("$ ");
  admission.type("l");
  assert.equal(admission.row(0), "$", "an unproved guess is not shown");
  admission.host("l");
  return admission;
}

Deno.test("once a key of the epoch was confirmed, the next ones show at once, with the cursor", () => {
  const admission = atPrompt();
  admission.type("s -l");
  assert.equal(admission.row(0), "$ ls -l");
  assert.deepEqual(admission.cursor, [0, 7]);
  admission.host("s -l");
  assert.equal(admission.predictor.overlay().cells.length, 0);
  assert.ok(admission.predictor.counts.right >= 3);
  assert.equal(admission.predictor.counts.wrong, 0);
});

Deno.test("after Enter nothing shows until the new epoch is confirmed: a password never does", () => {
  const admission = atPrompt();
  admission.type("\r");
  admission.host("\r\nPassword: ");
  admission.type("secret");
  assert.equal(admission.row(1), "Password:");
  admission.host("");
  admission.host("\r\nok\r\n$ ");
  assert.equal(admission.row(1), "Password:");
  assert.equal(admission.row(2), "ok");
});

Deno.test("a wrong guess is taken back with the host's answer", () => {
  const admission = atPrompt();
  admission.type("s");
  assert.equal(admission.row(0), "$ ls");
  admission.host("\x1b[2K\r$ menu"); // a key that does something else
  assert.equal(admission.row(0), "$ menu");
  assert.equal(admission.predictor.counts.wrong, 1);
  admission.type("x");
  assert.equal(admission.row(0), "$ menu", "and the next guess must prove itself again");
});

Deno.test("backspace takes the last character away, and typing in the middle shifts the rest", () => {
  const admission = atPrompt();
  admission.type("sx\x7f");
  assert.equal(admission.row(0), "$ ls");
  assert.deepEqual(admission.cursor, [0, 4]);
  admission.host("sx\b \b");
  assert.equal(admission.row(0), "$ ls");
  admission.type("\x1b[D");
  admission.type("o");
  assert.equal(admission.row(0), "$ los");
  assert.deepEqual(admission.cursor, [0, 4]);
  admission.host("\b\x1b[1@o");
  assert.equal(admission.row(0), "$ los");
  assert.equal(admission.predictor.counts.wrong, 0);
});

Deno.test("at the line's end nothing is guessed", () => {
  const admission = atPrompt();
  admission.host("x".repeat(16));
  admission.type("abc");
  assert.equal(admission.row(0), "$ l" + "x".repeat(16));
  assert.equal(admission.row(1), "");
  admission.host("abc");
  assert.equal(admission.row(1), "bc");
  assert.equal(admission.predictor.counts.wrong, 0);
});

Deno.test("combining and pasted text is left alone", () => {
  const admission = atPrompt();
  admission.type("e\u0301");
  assert.equal(admission.predictor.overlay().cells.filter((cell) => cell.char.includes("\u0301")).length, 0);
  admission.predictor.typed(
    bytes("y".repeat(200)),
    admission.typedBytes += 200,
    admission.view,
    admission.now,
  );
  assert.equal(admission.predictor.overlay().cells.length, 0);
});

Deno.test("letters of other alphabets that take one cell show at once, what may take two or join does not", () => {
  for (const word of ["жизнь", "λόγος", "đường", "ბარი", "բառ"]) {
    const admission = atPrompt();
    admission.type(word);
    assert.equal(admission.row(0), `$ l${word}`);
    admission.host(word);
    assert.deepEqual(admission.predictor.counts, { right: word.length, wrong: 0 });
  }
  for (const char of ["Ａ", "Ж\u0301".slice(1), "א", "ع", "ไ", "ก", "🙂", "€", "ﬁ"]) {
    const admission = atPrompt();
    admission.type(char);
    assert.equal(admission.row(0), "$ l", char);
  }
});

Deno.test("on a quick link adaptive shows nothing, always shows, never makes no guess", () => {
  for (const [mode, expected] of [["adaptive", "$ l"], ["always", "$ ls"], ["never", "$ l"]] as const) {
    const admission = new Admission(mode);
    Object.defineProperty(admission, "srtt", { value: 5 });
    admission.host("$ ");
    admission.type("l");
    admission.host("l");
    admission.type("s");
    assert.equal(admission.row(0), expected, mode);
  }
});

Deno.test("a guess that waits long shows itself, and marks itself after five seconds", () => {
  const admission = new Admission();
  Object.defineProperty(admission, "srtt", { value: 5 });
  admission.host("$ ");
  admission.type("l");
  admission.host("l");
  admission.type("s");
  assert.equal(admission.row(0), "$ l");
  admission.now += 300;
  admission.predictor.update(admission.view, 1, 5, admission.now);
  assert.equal(admission.row(0), "$ ls");
  assert.equal(admission.predictor.overlay().mark, false);
  admission.now += 5000;
  admission.predictor.update(admission.view, 1, 5, admission.now);
  assert.equal(admission.predictor.overlay().mark, true);
});

Deno.test("wide characters move the cursor and the text by two columns: typed, erased, stepped over", () => {
  const admission = atPrompt();
  admission.type("日本");
  assert.equal(admission.row(0), "$ l日本");
  assert.deepEqual(admission.cursor, [0, 7]);
  admission.host("日本");
  assert.deepEqual(admission.predictor.counts, { right: 2, wrong: 0 });
  admission.type("x\x7f\x7f");
  assert.equal(admission.row(0), "$ l日");
  assert.deepEqual(admission.cursor, [0, 5]);
  admission.host("x\b \b\b\b  \b\b");
  admission.host("語abc");
  admission.type("\x1b[D\x1b[D\x1b[D\x7f");
  assert.equal(admission.row(0), "$ l日abc");
  assert.deepEqual(admission.cursor, [0, 5]);
  admission.host("\b\b\b\b\babc  \b\b\b\b\b");
  admission.type("\x1b[D");
  assert.deepEqual(admission.cursor, [0, 3]);
  admission.type("o\x1b[C");
  assert.equal(admission.row(0), "$ lo日abc");
  assert.deepEqual(admission.cursor, [0, 6]);
  assert.equal(admission.predictor.counts.wrong, 0);
});

Deno.test("a prompt at the right edge stays where it is", () => {
  for (const right of ["[12:34]", "[1 2]", "12  34"]) {
    const admission = atPrompt();
    admission.host(`\x1b7\x1b[${20 - right.length}G${right}\x1b8`);
    admission.type("s");
    assert.equal(admission.row(0), `$ ls${right.padStart(15)}`);
    admission.host("s");
    admission.type("x\x1b[D");
    admission.type("y");
    assert.equal(admission.row(0), `$ lsyx${right.padStart(13)}`);
    admission.type("\x7f\x7f");
    assert.equal(admission.row(0), `$ lx${right.padStart(15)}`);
    assert.equal(admission.predictor.counts.wrong, 0);
  }
});

Deno.test("what the shell suggests is typed over, not pushed along", () => {
  const admission = atPrompt();
  admission.host("\x1b[90msof x\x1b[m\x1b[5D");
  admission.type("s");
  assert.equal(admission.row(0), "$ lsof x");
  admission.type("t");
  assert.equal(admission.row(0), "$ lstf x", "what gives way stays until the host says what comes instead");
  admission.host("s\x1b[90mof x\x1b[m\x1b[4Dt\x1b[K");
  assert.equal(admission.row(0), "$ lst");
  assert.equal(admission.predictor.counts.wrong, 0);
  admission.type("a");
  assert.equal(admission.row(0), "$ lsta");
});

Deno.test("a guess that is not shown yet takes none away that is", () => {
  const admission = atPrompt();
  admission.host("abc\b\b\b");
  admission.type("x");
  assert.equal(admission.row(0), "$ lxabc");
  admission.type("\u{1f44d}\u{1f3fd}y\x1b[Ay");
  assert.equal(admission.row(0), "$ lxabc");
  admission.host("xabc\b\b\b", 2);
  admission.host("\u{1f44d}\u{1f3fd}abc\b\b\b", 12);
  assert.equal(
    admission.row(0),
    "$ lx\u{1f44d}\u{1f3fd}abc",
    "what is known is not covered by what was guessed",
  );
});
