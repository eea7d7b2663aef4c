import assert from "node:assert/strict";
import { Connection } from "../../../../cli/desktop/x11/connection/connection.ts";
import type { PointerImage } from "../../../../cli/desktop/x11/types.ts";
import { deadline, poll, pollAsync } from "../../../support/deadline.ts";
import * as needs from "../../../support/needs.ts";
import { START, XServer, xvfb } from "./x_server.ts";
import { TypedText, typing } from "./typed_text.ts";

const { testWith } = needs;

testWith(
  typing,
  "text arrives as it was typed: letters of any language and pictures, on a US keyboard",
  async () => {
    await using server = await XServer.start();
    using display = await server.open();
    const typed = await TypedText.start(server, display);
    const texts = ["Hello, World! {[]}\\|~^@`", "äöüß€ é ñ å", "日本語 한국어 привет", "😀✓🏳", "a\nb\tc"];
    for (const text of texts) {
      assert.ok(display.input.text(text));
      await display.input.settled();
      await typed.expect(text.replace("\n", "\r"));
    }
  },
);

testWith(
  [...typing, needs.program("xmodmap")],
  "more new characters than there are spare keys arrive too, and the keyboard is as before",
  async () => {
    await using server = await XServer.start();
    const map = async () => (await server.run("xmodmap", "-pke")).replace(/ +$/gm, "");
    const before = await map();
    {
      using display = await server.open();
      const typed = await TypedText.start(server, display);
      const text = Array.from({ length: 100 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
      display.input.text(text);
      await display.input.settled();
      await typed.expect(text);
    }
    await pollAsync(async () => await map() === before, START, "the keyboard's map");
  },
);

testWith(typing, "keys by character, from a German keyboard into a US one and a German one", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const typed = await TypedText.start(server, display);
  const { input } = display;
  const say = (key: string, code: string, down: boolean) =>
    assert.ok(input.key({ key, code, down, by: "character" }));
  const press = (key: string, code: string) => [true, false].forEach((down) => say(key, code, down));
  const play = () => {
    press("z", "KeyY");
    press("ü", "BracketLeft");
    // Shift+7 is a slash there, AltGr+Q an at sign.
    say("Shift", "ShiftLeft", true);
    press("/", "Digit7");
    press("Z", "KeyY");
    say("Shift", "ShiftLeft", false);
    say("AltGraph", "AltRight", true);
    press("@", "KeyQ");
    press("€", "KeyE");
    say("AltGraph", "AltRight", false);
    press("Dead", "Backquote");
    press("CapsLock", "CapsLock");
    press("a", "KeyA");
    press("Enter", "Enter");
    press("ArrowLeft", "ArrowLeft");
    say("Control", "ControlLeft", true);
    press("z", "KeyY");
    press("с", "KeyC");
    say("Control", "ControlLeft", false);
    say("Alt", "AltLeft", true);
    press("x", "KeyX");
    say("Alt", "AltLeft", false);
  };
  const wanted = "zü/Z@€a\r\x1b[D\x1a\x03\x1bx";
  play();
  await input.settled();
  await typed.expect(wanted);
  await server.run("setxkbmap", "de");
  play();
  await input.settled();
  await typed.expect(wanted);
});

testWith(typing, "keys by place say what the keyboard there says", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const typed = await TypedText.start(server, display);
  const press = (key: string, code: string) => {
    for (const down of [true, false]) assert.ok(display.input.key({ key, code, down, by: "position" }));
  };
  press("z", "KeyY");
  press("ö", "Semicolon");
  await display.input.settled();
  await typed.expect("y;");
  await server.run("setxkbmap", "de");
  press("y", "KeyY");
  press(";", "Semicolon");
  await display.input.settled();
  await typed.expect("zö");
});

testWith(typing, "a second layout that is on, and Caps Lock, change nothing of what is typed", async () => {
  await using server = await XServer.start();
  await server.run("setxkbmap", "us,ru", "-option", "grp:caps_toggle");
  using display = await server.open();
  const typed = await TypedText.start(server, display);
  const lock = () => {
    for (const down of [true, false]) display.input.key({ key: "", code: "CapsLock", down, by: "position" });
  };
  lock();
  display.input.text("й ф ok");
  await display.input.settled();
  await typed.expect("й ф ok");
  await server.run("setxkbmap", "us", "-option", "");
  lock();
  display.input.text("aB1!");
  await display.input.settled();
  await typed.expect("aB1!");
});

testWith([xvfb, needs.program("xdotool")], "the pointer is moved, and is where it was moved to", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const moved = Promise.withResolvers<unknown>();
  display.listen({ pointerMoved: ({ x, y }) => x === 123 && y === 45 && moved.resolve(true) });
  display.input.move(123, 45);
  await deadline(moved.promise, START, "the movement");
  assert.deepEqual(await display.pointer.position(), { x: 123, y: 45 });
  display.input.move(1e6, -5);
  await display.input.settled();
  assert.deepEqual(await display.pointer.position(), { x: 639, y: 0 });
  assert.equal(display.input.move(NaN, 0), false);
  assert.equal(display.input.button(5, true), false);
  assert.match(await server.run("xdotool", "getmouselocation"), /x:639 y:0/);
});

testWith(
  [xvfb, needs.program("xev")],
  "buttons, and a wheel in parts of steps, arrive in order",
  async () => {
    await using server = await XServer.start();
    using display = await server.open();
    const xev = server.spawn("xev", "-geometry", "600x400+0+0", "-event", "button");
    const { input } = display;
    input.move(300, 200);
    await pollAsync(
      async () => {
        for (const down of [true, false]) input.button(0, down);
        await input.settled();
        return /ButtonRelease/.test(xev.stdout);
      },
      START,
      "xev's window",
    );
    const start = xev.stdout.length;
    const seen = () =>
      [...xev.stdout.slice(start).matchAll(/Button(Press|Release)[^]*?button (\d+)/g)].map((
        [, kind, number],
      ) => `${kind === "Press" ? "+" : "-"}${number}`).join(" ").replace(/^(?:[+-]1 )*(?=\+3)/, "");
    input.button(2, true);
    input.button(2, true);
    input.button(2, false);
    input.wheel(0, 60);
    input.wheel(0, 60);
    input.wheel(0, -240);
    input.wheel(120, 0);
    input.button(4, true);
    input.releaseAll();
    await poll(() => seen().endsWith("+9 -9"), START, "the buttons").catch(() => {});
    assert.equal(seen(), "+3 -3 +5 -5 +4 -4 +4 -4 +7 -7 +9 -9");
  },
);

testWith([xvfb], "keys and buttons are let go: all at once, and by the display's end", async () => {
  await using server = await XServer.start();
  const display = await server.open();
  using witness = await Connection.open(server.name, server.environment, AbortSignal.timeout(START));
  /** The core protocol's bits: 1 Shift, 4 Control, 256 the left button. */
  const state = async () => {
    await display.input.settled().catch(() => {});
    return (await witness.ask<{ keyMask: number }>((client, done) => client.QueryPointer(witness.root, done)))
      .keyMask;
  };
  const held: string[] = [];
  display.input.onheld = (keycodes, buttons) => void held.push(`${keycodes}/${buttons}`);
  display.input.key({ key: "Shift", code: "ShiftLeft", down: true, by: "position" });
  display.input.key({ key: "A", code: "KeyA", down: true, by: "character" });
  display.input.button(0, true);
  assert.equal(await state(), 1 | 256);
  assert.deepEqual(held, ["50/", "50,38/", "50,38/1"]);
  display.input.releaseAll();
  assert.equal(await state(), 0);
  display.input.key({ key: "Control", code: "ControlRight", down: true, by: "character" });
  assert.equal(await state(), 4);
  display[Symbol.dispose]();
  assert.equal(held.at(-1), "/");
  await pollAsync(async () => await state() === 0, START, "the end of Control");
});

testWith([xvfb, needs.program("xterm")], "the pointer's image is told when it changes", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const first = await display.pointer.image();
  const { promise, resolve } = Promise.withResolvers<PointerImage>();
  display.listen({ pointerImage: resolve });
  display.input.move(100, 100);
  server.spawn("xterm", "-geometry", "80x24+0+0", "-e", "sleep", "60");
  const image = await deadline(promise, START, "the image over the xterm");
  assert.notEqual(image.serial, first.serial);
  assert.equal(image.rgba.length, image.width * image.height * 4);
  assert.ok(image.rgba.some((byte) => byte !== 0));
  assert.ok(image.hotX < image.width && image.hotY < image.height);
  assert.deepEqual(await display.pointer.image(), image);
});
