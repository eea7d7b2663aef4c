/** The clipboard of a desktop for viewers: each way only where the host's person allows it, within bounds. */
import assert from "node:assert/strict";
import { type ClipboardWay, DesktopClipboard } from "../../../../cli/desktop/host/desktop_clipboard.ts";
import { ByteReader } from "../../../../session/services/byte_reader.ts";
import {
  type DesktopHead,
  encodeDesktopHead,
  readDesktopHead,
} from "../../../../session/services/desktop/heads.ts";
import { MAX_CLIP } from "../../../../session/services/desktop/limits.ts";
import type { ClipOffer } from "../../../../session/services/desktop/show_messages.ts";
import { nextMessage } from "../../../../session/services/messages.ts";
import { serve, type ServiceStream } from "../../../../session/services/service_stream.ts";
import { ServiceError } from "../../../../session/streams/service_error.ts";
import { connected } from "../../../support/service_streams.ts";

function clipboard(way: ClipboardWay) {
  const offers: ClipOffer[] = [];
  const put: { text?: string; png?: Uint8Array }[] = [];
  const desktop = new DesktopClipboard(
    {
      offer: (content) => Promise.resolve(void put.push(content)),
      readText: () => Promise.resolve("grüße"),
      readPng: () => Promise.resolve(undefined),
    },
    way,
    (offer) => offers.push(offer),
  );
  const open = connected((stream, bytes) =>
    void serve(stream, async () => {
      const head = readDesktopHead(bytes);
      if (head.kind === "clip") await desktop.put(stream, head.type, head.size);
      if (head.kind === "clip-get") await desktop.get(stream, head.id, head.type);
    })
  );
  return { desktop, offers, put, open: (head: DesktopHead) => open("desktop", encodeDesktopHead(head)) };
}

async function code(stream: ServiceStream): Promise<string> {
  const error = await new ByteReader(stream.readable).some().then(() => undefined, (error) => error);
  assert(error instanceof ServiceError, String(error));
  return error.code;
}

Deno.test("a viewer puts a text, and gets what a program copied", async () => {
  const { desktop, offers, put, open } = clipboard("both");
  const stream = open({ kind: "clip", type: "text/plain", size: 3 });
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode("abc"));
  await writer.close();
  assert.equal(await new ByteReader(stream.readable).some(), undefined);
  assert.deepEqual(put, [{ text: "abc" }]);
  desktop.changed({ text: true, png: false });
  assert.deepEqual(offers, [{ id: 1, types: ["text/plain"] }]);
  const got = new ByteReader(open({ kind: "clip-get", id: 1, type: "text/plain" }).readable);
  const { size } = await nextMessage(got, 1000) as { size: number };
  assert.equal(new TextDecoder().decode(await got.exactly(size)), "grüße");
  assert.equal(await code(open({ kind: "clip-get", id: 1, type: "image/png" })), "missing");
  desktop.changed({ text: true, png: false });
  assert.equal(await code(open({ kind: "clip-get", id: 1, type: "text/plain" })), "changed");
});

Deno.test("each direction is refused where it is not allowed, and viewers are not told", async () => {
  for (const way of ["in", "out", "none"] as const) {
    const { desktop, offers, open } = clipboard(way);
    desktop.changed({ text: true, png: false });
    assert.equal(offers.length, way === "out" ? 1 : 0);
    assert.equal(desktop.offer === undefined, way !== "out");
    if (way !== "in") assert.equal(await code(open({ kind: "clip", type: "text/plain", size: 1 })), "denied");
    if (way !== "out") {
      assert.equal(await code(open({ kind: "clip-get", id: 1, type: "text/plain" })), "denied");
    }
  }
});

Deno.test("four contents of the largest size are held at once, the fifth is refused; those that break off make room", async () => {
  const { open } = clipboard("both");
  const held = [1, 2, 3, 4].map(() => open({ kind: "clip", type: "image/png", size: MAX_CLIP }));
  assert.equal(await code(open({ kind: "clip", type: "text/plain", size: 1 })), "busy");
  for (const stream of held) await stream.writable.close();
  for (const stream of held) assert.equal(await code(stream), "gone");
  const small = open({ kind: "clip", type: "text/plain", size: 0 });
  await small.writable.close();
  assert.equal(await new ByteReader(small.readable).some(), undefined);
});
