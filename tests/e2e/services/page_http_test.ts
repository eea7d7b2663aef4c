/** What a page's session.fetch does with bodies that take their time, and with those that are too much. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chromium, testWith } from "../../support/needs.ts";
import { HttpService } from "./http_service.ts";
import { type InPage, sessionPage } from "./page_scene.ts";

const MIB = 1024 * 1024;

function withService(act: (page: Page, service: HttpService) => Promise<void>): () => Promise<void> {
  return async () => {
    await using service = await HttpService.start();
    await sessionPage(() => ["--serve", `web=${service.origin}`], ({ page }) => act(page, service));
  };
}

testWith(
  [chromium],
  "server-sent events reach a page one by one, and a cancelled fetch ends at the service",
  withService(async (page, service) => {
    await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const stop = new AbortController();
      const { body, headers } = await session.fetch("web", "/events", { signal: stop.signal });
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      Object.assign(globalThis, { stop, reader, type: headers.get("content-type") });
    });
    const next = () =>
      page.evaluate(() => (globalThis as unknown as { reader: ReadableStreamDefaultReader }).reader.read());
    for (const event of ["one", "two", "three"]) {
      // Each is read before the next is written: nothing gathers them.
      await service.event(event);
      assert.deepEqual(await next(), { done: false, value: `data: ${event}\n\n` });
    }
    assert.equal(service.cancelled, 0);
    const fault = await page.evaluate(async () => {
      const { stop, reader } = globalThis as unknown as {
        stop: AbortController;
        reader: ReadableStreamDefaultReader;
      };
      const reading = reader.read();
      stop.abort();
      return await reading.then(() => "no fault", (error) => error.name);
    });
    assert.equal(fault, "AbortError");
    await service.waitFor(() => service.cancelled === 1, "the end of the request");
    // Before its head has come, and by the body's own cancel.
    const early = await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const asked = session.fetch("web", "/silent", { signal: AbortSignal.timeout(300) });
      return await asked.then(() => "no fault", (error) => error.name);
    });
    assert.equal(early, "TimeoutError");
    await service.waitFor(() => service.cancelled === 2, "the end of the second request");
    await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const { body } = await session.fetch("web", "/count?mib=100");
      await body!.cancel();
    });
    await service.waitFor(() => service.cancelled === 3, "the end of the third request");
  }),
);

testWith(
  [chromium],
  "a body of 100 MB reaches a page whole, and waits at the service while the page does not read",
  withService(async (page, service) => {
    await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const { body } = await session.fetch("web", "/count?mib=96");
      Object.assign(globalThis, { reader: body!.getReader() });
      await (globalThis as unknown as { reader: ReadableStreamDefaultReader }).reader.read();
    });
    await settled(page, service);
    // What a stream's credit, the system's buffers and those of both ends hold.
    assert.ok(service.sent < 16 * MIB, `${service.sent} bytes were sent to a page that read one piece`);
    const got = await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      // All again, and each byte looked at.
      const { body } = await session.fetch("web", "/count?mib=96");
      const reader = body!.getReader();
      let total = 0;
      let wrong = 0;
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        for (const byte of read.value) if (byte !== (total++ >> 16 & 255)) wrong++;
      }
      return { total, wrong };
    });
    assert.deepEqual(got, { total: 96 * MIB, wrong: 0 });
  }),
);

testWith(
  [chromium],
  "a packed body is unpacked as fetch does; one that unpacks to a GiB grows no further than it is read",
  withService(async (page, service) => {
    const [text, half, echoed] = await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const packed = await session.fetch("web", "/packed");
      const broken = (await session.fetch("web", "/broken")).body!.getReader();
      Object.assign(globalThis, { broken });
      const sent = new Blob(["ä".repeat(100_000)]);
      const streamed = await session.fetch("web", "/echo", { method: "POST", body: sent.stream() });
      const asked = new Request("https://elsewhere.example/echo", {
        method: "POST",
        body: new URLSearchParams({ a: "1" }),
      });
      const form = await session.fetch("web", asked);
      return [
        await packed.text(),
        new TextDecoder().decode((await broken.read()).value),
        [(await streamed.text()).length, await form.text(), form.headers.get("content-type")],
      ] as const;
    });
    service.breakOff();
    const broken = await page.evaluate(() =>
      (globalThis as unknown as { broken: ReadableStreamDefaultReader }).broken.read()
        .then(() => "no fault", (error) => error.code)
    );
    assert.equal(half, "half");
    assert.equal(text, "unpacked ".repeat(1000));
    assert.equal(broken, "gone");
    assert.deepEqual(echoed, [100_000, "a=1", "application/x-www-form-urlencoded;charset=UTF-8"]);
    const before = await rendererMemory(page);
    await page.evaluate(async () => {
      const { session } = globalThis as unknown as InPage;
      const { body } = await session.fetch("web", "/bomb?mib=1024");
      const reader = body!.getReader();
      await reader.read();
      Object.assign(globalThis, { bomb: reader });
    });
    await rounds(page, 50);
    const grown = await rendererMemory(page) - before;
    assert.ok(grown < 160 * MIB, `the page grew by ${Math.round(grown / MIB)} MiB`);
  }),
);

/** Round trips of other requests: time for what still moves. */
async function rounds(page: Page, count: number): Promise<void> {
  await page.evaluate(async (count) => {
    const { session } = globalThis as unknown as InPage;
    for (let n = 0; n < count; n++) await session.services();
  }, count);
}

/** Settles when the service sends no more: the same count before and after 50 round trips. */
async function settled(page: Page, service: HttpService): Promise<void> {
  for (let before = -1; before !== service.sent;) {
    before = service.sent;
    await rounds(page, 50);
  }
}

/** What the process that shows the page holds; bytes. */
async function rendererMemory(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => {
    const status = Deno.readTextFileSync(`/proc/${id}/status`);
    return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  });
  return Math.max(...sizes);
}
