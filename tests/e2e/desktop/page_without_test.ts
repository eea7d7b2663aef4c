import assert from "node:assert/strict";
import { chromium, testWith } from "../../support/needs.ts";
import { onePage } from "../web/web_scene.ts";

testWith(
  [chromium],
  "a page of a host without a desktop loads nothing of one, and has no tabs",
  onePage({}, async ({ viewer }) => {
    // What loads after the first screen is there by the time that a button of it works.
    await viewer.page.click("#status");
    await viewer.page.waitForSelector("#panel:not([hidden])");
    assert.deepEqual(viewer.requests.filter((url) => /\/desktop/.test(url)), []);
    assert.equal(await viewer.page.locator("#views, #desktop").count(), 0);
    assert.deepEqual(viewer.complaints, []);
  }),
);
