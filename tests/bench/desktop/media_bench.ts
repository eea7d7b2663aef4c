/**
 * How old pictures are when Chromium shows them, over the lab's networks: `deno run -A tests/bench/desktop/media_bench.ts [seconds] [variant ...]`.
 * A test stream that follows the rate control's bitrate exactly takes the place of an encoder. Needs Linux, root, ffmpeg and Chromium.
 */
import type { HostMediaMessage } from "../../../transport/media/media_message.ts";
import { ALL_RULES, type RateRules } from "../../../transport/media/rate_control.ts";
import { Lab } from "../../net/lab.ts";
import type { LinkShape } from "../../net/link.ts";
import { withBrowserOn } from "../../support/browser.ts";
import { deadline } from "../../support/deadline.ts";
import { MediaPage } from "../../transport/media/media_page.ts";
import type { HostReport } from "./media_host.ts";

const without = (...left: readonly (keyof RateRules)[]): RateRules => ({
  ...ALL_RULES,
  ...Object.fromEntries(left.map((rule) => [rule, false])),
});
const VARIANTS: Readonly<Record<string, RateRules>> = {
  all: ALL_RULES,
  "no REMB": without("remb"),
  "no delay": without("delay"),
  "no loss": without("loss"),
  "no pacer": without("pacer"),
  "no resend budget": without("resendBudget"),
  none: without("remb", "delay", "loss", "pacer", "resendBudget"),
};
/** 2 Mbit/s, 100 ms of round trip, 2 % lost each way. */
const SLOW: Partial<LinkShape> = { rateKbit: 2000, delayMs: 50, loss: 0.02 };
/** The first seconds are the start, which has a line of its own; ms. */
const START = 5000;

interface Outcome {
  readonly ages: readonly number[];
  /** The longest time without a picture; ms. */
  readonly gap: number;
  readonly perSecond: number;
  readonly sentKbit: number;
  readonly last: Record<string, number>;
}

async function measure(rules: RateRules, seconds: number, link: Partial<LinkShape>): Promise<Outcome> {
  await using lab = await Lab.create({ seed: 7, hosts: ["host", "viewer"], link });
  let outcome: Outcome | undefined;
  await withBrowserOn(lab, "viewer", async (browser) => {
    await using page = await MediaPage.open(browser);
    const script = new URL("./media_host.ts", import.meta.url).pathname;
    const argv = [Deno.execPath(), "run", "-A", "--no-check", script, JSON.stringify(rules), "8000000"];
    const [command, ...args] = lab.command("host", argv);
    const host = new Deno.Command(command!, { args, stdin: "piped", stdout: "piped" }).spawn();
    const input = host.stdin.getWriter();
    const captured = new Map<number, number>();
    const reports: HostReport[] = [];
    const open = Promise.withResolvers<void>();
    page.signals.onmessage = (message) =>
      void input.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
    const ready = Promise.withResolvers<void>();
    const reading = readLines(host.stdout, (line) => {
      if ("ready" in line) ready.resolve();
      else if ("signal" in line) page.signals.send(line.signal);
      else if ("numbers" in line) {
        reports.push(line);
        for (const [rtp, at] of line.captured) captured.set(rtp, at);
      } else if (line.state === "open") open.resolve();
    });
    await deadline(ready.promise, 60_000, "the host");
    await page.offer();
    await deadline(open.promise, 20_000, "the tracks to open");
    await new Promise((resolve) => setTimeout(resolve, START));
    await page.shown();
    const before = reports.at(-1)!;
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const shown = await page.shown();
    const took = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 600));
    const after = reports.at(-1)!;
    await input.close();
    await deadline(Promise.all([reading, host.status]), 10_000, "the host to end");
    const ages = shown.flatMap(({ rtp, at }) => {
      const from = captured.get(rtp);
      return from === undefined ? [] : [at - from];
    });
    const gaps = shown.map(({ at }, index) => index === 0 ? 0 : at - shown[index - 1]!.at);
    outcome = {
      ages: ages.sort((one, other) => one - other),
      gap: Math.max(...gaps, shown.length === 0 ? took : 0),
      perSecond: shown.length / took * 1000,
      sentKbit: (after.sentBytes - before.sentBytes) * 8 / took,
      last: after.numbers,
    };
  });
  return outcome!;
}

/** A line of the host. */
type HostLine =
  | HostReport
  | { readonly ready: true }
  | { readonly signal: HostMediaMessage }
  | { readonly state: string; readonly why: string };

/** Calls `take` for each line of JSON until the stream ends. */
async function readLines(from: ReadableStream<Uint8Array>, take: (line: HostLine) => void): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of from) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line));
  }
}

const at = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.floor(sorted.length * share)] ?? NaN);

const [seconds = "20", ...names] = Deno.args;
console.log("variant            p50  p95  max gap  fps  kbit/s  resent refused dropped keyframes");
for (const name of names.length > 0 ? names : Object.keys(VARIANTS)) {
  const { ages, gap, perSecond, sentKbit, last } = await measure(VARIANTS[name]!, Number(seconds), SLOW);
  console.log(
    name.padEnd(17),
    ...[at(ages, 0.5), at(ages, 0.95), Math.round(gap), perSecond.toFixed(1), Math.round(sentKbit)].map((
      value,
    ) => String(value).padStart(6)),
    ...[last.resent, last.refused, last.droppedPictures, last.keyframes].map((value) =>
      String(value).padStart(7)
    ),
  );
}
