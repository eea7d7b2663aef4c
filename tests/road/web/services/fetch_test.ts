import assert from "node:assert/strict";
import { fetchThrough } from "../../../../road/web/services/fetch.ts";
import { encodeMessage } from "../../../../session/services/messages.ts";
import { RequestClient } from "../../../../session/services/request_client.ts";
import { deadline } from "../../../support/deadline.ts";
import { connected } from "../../../support/service_streams.ts";

Deno.test("fetch: an answer without a body ends well at the host too; one that has a body all the same is cut", async () => {
  for (const [status, method] of [[204, "GET"], [205, "POST"], [304, "GET"], [200, "HEAD"]] as const) {
    for (const body of [0, 10]) {
      const over = Promise.withResolvers<string>();
      const open = connected(async (stream) => {
        stream.signal.addEventListener("abort", () => over.resolve(stream.signal.reason.code));
        await stream.write(encodeMessage({ status, text: "", headers: [] }));
        // The end comes later than the head, as from a service.
        await new Promise((later) => setTimeout(later, 20));
        if (body > 0) return await stream.write(new Uint8Array(body)).catch(() => {});
        await stream.finish();
        // A reset would come before the ack of all.
        setTimeout(() => over.resolve("done"), 300);
      });
      const answer = await fetchThrough(new RequestClient(open), "", "/", { method });
      assert.deepEqual([answer.status, answer.body], [status, null]);
      assert.equal(await deadline(over.promise, 5000, "the end"), body > 0 ? "cancelled" : "done");
    }
  }
});
