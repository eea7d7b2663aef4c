import assert from "node:assert/strict";
import { internAtoms, makeWindow } from "../../../../cli/desktop/x11/clipboard/atoms.ts";
import { Connection } from "../../../../cli/desktop/x11/connection/connection.ts";
import type { X11Display } from "../../../../cli/desktop/x11/display.ts";
import type { ClipboardOffer } from "../../../../cli/desktop/x11/types.ts";
import { deadline, pollAsync } from "../../../support/deadline.ts";
import type { Spawned } from "../../../support/spawned.ts";
import * as needs from "../../../support/needs.ts";
import { START, XServer, xvfb } from "./x_server.ts";

const { testWith } = needs;
const xclip = [xvfb, needs.program("xclip")];
const soon = () => AbortSignal.timeout(START);
const paste = ["xclip", "-selection", "clipboard", "-o"];

/** The next change that the display tells. */
function change(display: X11Display): Promise<ClipboardOffer> {
  const { promise, resolve } = Promise.withResolvers<ClipboardOffer>();
  display.listen({ clipboardChanged: resolve });
  return deadline(promise, START, "a change of the clipboard");
}

/** A program that owns what is in `file`, until another does. */
async function copy(
  server: XServer,
  content: string | Uint8Array,
  ...form: readonly string[]
): Promise<Spawned> {
  const file = server.dir.join("copied");
  await Deno.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return server.spawn("xclip", "-selection", "clipboard", "-quiet", "-i", ...form, file);
}

/** Bytes that begin as a PNG does; nobody here decodes them. */
function picture(length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytes;
}

testWith(xclip, "programs paste what a viewer gave: text and pictures, small and large", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const texts = ["", "ünï 日本 😀", "x".repeat(128 * 1024), "ü".repeat(1_500_000)];
  for (const text of texts) {
    await display.clipboard.offer({ text });
    assert.equal(await server.run(...paste), text);
  }
  const png = picture(3_000_001);
  await display.clipboard.offer({ text: "beside it", png });
  const targets = await server.run(...paste, "-t", "TARGETS");
  assert.match(targets, /^TARGETS\nTIMESTAMP\nUTF8_STRING\ntext\/plain;charset=utf-8\n[^]*image\/png\n$/);
  const file = server.dir.join("pasted");
  await server.run("sh", "-c", `xclip -selection clipboard -o -t image/png > ${file}`);
  assert.deepEqual(Uint8Array.from(await Deno.readFile(file)), png);
  assert.equal(await server.run(...paste), "beside it");
  assert.equal(await display.clipboard.readText(soon()), "beside it");
});

testWith(xclip, "what a program copies is told and read: text and pictures, small and large", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  for (const text of ["ünï 日本 😀", "ä".repeat(2_000_000)]) {
    const told = change(display);
    await copy(server, text);
    assert.deepEqual(await told, { text: true, png: false });
    assert.equal(await display.clipboard.readText(soon()), text);
    assert.equal(await display.clipboard.readPng(soon()), undefined);
  }
  const png = picture(5_000_000);
  const told = change(display);
  await copy(server, png, "-t", "image/png");
  assert.deepEqual(await told, { text: false, png: true });
  assert.deepEqual(Uint8Array.from((await display.clipboard.readPng(soon()))!), png);
  assert.equal(await display.clipboard.readText(soon()), undefined);
});

testWith(xclip, "what the viewer gave is no news, and is over when a program copies", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const changes: ClipboardOffer[] = [];
  display.listen({ clipboardChanged: (offer) => void changes.push(offer) });
  await display.clipboard.offer({ text: "ours" });
  const told = change(display);
  await copy(server, "theirs");
  await told;
  assert.deepEqual(changes, [{ text: true, png: false }]);
  assert.equal(await server.run(...paste), "theirs");
  await display.clipboard.offer({ text: "ours again" });
  assert.equal(await server.run(...paste), "ours again");
  assert.equal(changes.length, 1);
});

testWith(
  [...xclip, needs.program("xwininfo")],
  "owners that take turns and say nothing cost little",
  async () => {
    await using server = await XServer.start();
    using display = await server.open();
    display.listen({ clipboardChanged: () => {} });
    using silent = await Connection.open(server.name, server.environment, soon());
    const { clipboard } = await internAtoms(silent);
    const owners = [makeWindow(silent), makeWindow(silent)];
    for (let i = 0; i < 200; i++) {
      silent.tell((client) => client.SetSelectionOwner(owners[i % 2]!, clipboard, 0));
      await silent.settled();
    }
    await display.input.settled();
    const [, windows] = /(\d+) children/.exec(await server.run("xwininfo", "-root", "-children")) ?? [];
    // 16 that wait for late answers, and a few that do other work.
    assert.ok(Number(windows) < 30, `${windows} windows`);
    const told = change(display);
    await copy(server, "next");
    await told;
    assert.equal(await display.clipboard.readText(soon()), "next");
  },
);

testWith(xclip, "above 16 MiB nothing is given and nothing read", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  const much = 16 * 1024 * 1024;
  await assert.rejects(display.clipboard.offer({ text: "x".repeat(much + 1) }), /too large.*at most 16 MiB/);
  await assert.rejects(display.clipboard.offer({ png: picture(much + 1) }), /too large/);
  await assert.rejects(display.clipboard.offer({}), /Nothing to put/);
  await copy(server, "y".repeat(much));
  await pollAsync(async () => (await display.clipboard.readText(soon()))?.length === much, START, "16 MiB");
  const told = change(display);
  await copy(server, "y".repeat(much + 1));
  await told;
  await assert.rejects(display.clipboard.readText(soon()), /too large; wanted at most 16 MiB/);
  await copy(server, "small");
  await pollAsync(
    async () => {
      return await display.clipboard.readText(soon()).catch(() => "") === "small";
    },
    START,
    "the next content",
  );
});

testWith(
  xclip,
  "an owner that does not answer is waited for 5 s, and a reading can be broken off",
  async () => {
    await using server = await XServer.start();
    using display = await server.open();
    const told = change(display);
    const owner = await copy(server, "theirs");
    await told;
    owner.kill("SIGSTOP");
    const began = performance.now();
    const broken = assert.rejects(
      display.clipboard.readText(AbortSignal.abort(new Error("enough"))),
      /enough/,
    );
    await assert.rejects(display.clipboard.readText(soon()), /does not answer\. Copy it once more/);
    assert.ok(performance.now() - began < 10_000);
    await broken;
    owner.kill("SIGCONT");
    assert.equal(await display.clipboard.readText(soon()), "theirs");
  },
);

testWith([xvfb], "an empty clipboard has no text and no picture", async () => {
  await using server = await XServer.start();
  using display = await server.open();
  assert.equal(await display.clipboard.readText(soon()), undefined);
  assert.equal(await display.clipboard.readPng(soon()), undefined);
});
