import assert from "node:assert/strict";
import { openPort } from "../../../../road/web/services/port.ts";
import { RequestClient } from "../../../../session/services/request_client.ts";
import { serve } from "../../../../session/services/service_stream.ts";
import { MAX_STREAMS } from "../../../../session/streams/stream_limits.ts";
import { deadline } from "../../../support/deadline.ts";
import { connected } from "../../../support/service_streams.ts";

Deno.test("a value that JSON has no form for is said: a call rejects, a port throws and goes on", async () => {
  // Gives back what it hears.
  const client = new RequestClient(connected((stream) => {
    void serve(stream, async () => {
      for (let bytes = await stream.read(); bytes; bytes = await stream.read()) await stream.write(bytes);
      await stream.finish();
    });
  }));
  const port = openPort(client, "it");
  for (const value of [undefined, 1n, () => {}]) {
    const call = client.call("it", value);
    await assert.rejects(call, { code: "not-json" });
    assert.throws(() => port.postMessage(value), { code: "not-json" });
  }
  const answer = new Promise((heard) => port.onMessage.addListener((message) => heard(message)));
  port.postMessage(7);
  assert.equal(await deadline(answer, 5000, "the answer"), 7);
  port.disconnect();
});

Deno.test("a port that can't be opened is one that ends, with the reason", async () => {
  const client = new RequestClient(connected(() => {}));
  for (let i = 0; i < MAX_STREAMS; i++) client.connect("it");
  const port = openPort(client, "it");
  port.postMessage("lost with the port");
  await deadline(new Promise<void>((ended) => port.onDisconnect.addListener(() => ended())), 5000, "its end");
  assert.equal(port.error?.code, "busy");
  assert.throws(() => port.postMessage(1), /disconnected port/);
});
