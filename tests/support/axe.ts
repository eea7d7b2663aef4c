/** What axe-core finds in a page that hinders people. */
import axe from "axe-core";
import type { ViewerPage } from "./browser.ts";

/** Findings of axe-core that hinder people, one text each. */
export async function findings(viewer: ViewerPage): Promise<string[]> {
  // Playwright's evaluation is outside the page's policy.
  await viewer.page.evaluate(axe.source);
  return await viewer.page.evaluate(async () => {
    interface Result {
      readonly violations: readonly {
        id: string;
        impact: string;
        nodes: readonly { html: string; failureSummary: string }[];
      }[];
    }
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Result> } }).axe.run();
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map((
      { id, nodes },
    ) =>
      `${id}: ${
        nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join("; ")
      }`
    );
  });
}
