/** A port that the host's terminal speaks of shows in the page as a chip. */
import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { forwardCommand } from "../../../road/web/page/offers.ts";
import { SOON } from "../scene.ts";
import { onePage } from "./web_scene.ts";

testWith(
  [chromium],
  "a port that the terminal speaks of and that is there shows as a chip, which copies the command that forwards it",
  onePage(
    { args: ["--forward", "any"], page: { permissions: ["clipboard-read", "clipboard-write"] } },
    async ({ viewer, host }) => {
      using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = server.addr;
      await viewer.type(`echo http://localhost:${port}/\r`);
      const chip = viewer.page.locator("#offers button");
      await chip.filter({ hasText: `localhost:${port}` }).waitFor({ timeout: SOON });
      await chip.click();
      await viewer.page.getByText("Copied").waitFor({ timeout: SOON });
      const copied = await viewer.page.evaluate(() => navigator.clipboard.readText());
      assert.equal(copied, `beach join -N -L ${port}:localhost:${port} "${host.url}"`);
      assert.equal(await chip.count(), 1);
      assert.deepEqual(viewer.complaints, []);
    },
  ),
);

Deno.test("the command names the road where the code does not", () => {
  const road = "https://road.example";
  const start = "beach join -N -L 80:localhost:80";
  assert.equal(forwardCommand(80, "7kq2mx-river-lamp", road), `${start} --road ${road} 7kq2mx-river-lamp`);
  assert.equal(forwardCommand(80, "7kq2mx-river@a.example", road), `${start} 7kq2mx-river@a.example`);
  assert.equal(forwardCommand(80, `${road}/j/7kq2mx#a-b`, road), `${start} "${road}/j/7kq2mx#a-b"`);
});
