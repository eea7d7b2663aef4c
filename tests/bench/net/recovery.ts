/** What the network bench measures of floods, cuts and moves. Times in ms. */
import type { TerminalDriver } from "../../support/terminal_driver.ts";
import { far, type Measure, prompt } from "./measures.ts";
import { percentile } from "../figures.ts";
import { wireBytes } from "./systems.ts";
import { pause } from "./pause.ts";

/** Longer than this is as good as never; ms. */
const PATIENCE = 30_000;

const tick = (terminal: TerminalDriver) => Number(/^\[(\d+)\]/.exec(terminal.screenText())?.[1] ?? 0);

/** Time from now until something shows that was printed from now on; NaN if that does not happen within PATIENCE. */
async function news(terminal: TerminalDriver): Promise<number> {
  const [began, epoch] = [performance.now(), Date.now()];
  const shown = terminal.waitFor(() => tick(terminal) >= epoch, PATIENCE, "news");
  return await shown.then(() => performance.now() - began, () => NaN);
}

/** A cut both ways of this long while the far side prints the time, with keys typed into it. */
function blackout(ms: number, name: string, times: number): Measure {
  return async ({ terminal, lab }) => {
    await far(terminal, "ticks");
    const took: number[] = [];
    while (took.length < times) {
      // So that each is an incident of its own: who was cut off for half of 30 s is told by ICE that the path is lost.
      await pause(8000);
      await lab.cut("viewer");
      for (let at = 0; at < ms; at += 250) {
        terminal.type("k");
        await pause(250);
      }
      // Else the return falls into the same phase of everyone's timers each time.
      await pause(250 * Math.random());
      await lab.restore("viewer");
      const one = await news(terminal);
      if (Number.isNaN(one)) break;
      took.push(one);
    }
    terminal.type("q");
    await prompt(terminal, PATIENCE);
    return {
      [name]: percentile(took.length < times ? [NaN] : took, 0.5),
      [`${name}_worst`]: percentile(took.length < times ? [NaN] : took, 1),
    };
  };
}
export const blackout3 = blackout(3000, "blackout3", 4);
export const blackout10 = blackout(10_000, "blackout10", 2);

/** One end gets another address, and nothing is typed. To be measured last: not every system survives it. */
function move(end: "viewer" | "host", name: string): Measure {
  return async ({ terminal, lab }) => {
    await far(terminal, "ticks");
    await pause(2000);
    await lab.moveAddress(end);
    return { [name]: await news(terminal) };
  };
}
export const roam = move("viewer", "roam");
export const roamHost = move("host", "roam_host");

/** From Ctrl-C in a flood of `yes` to the prompt. */
export const interrupt: Measure = async ({ terminal }) => {
  terminal.type("yes\r");
  await terminal.waitFor(() => /^y\ny\n/.test(terminal.screenText()), PATIENCE, "the flood");
  await pause(3000);
  const began = performance.now();
  terminal.type("\x03");
  const figure = await prompt(terminal, 2 * PATIENCE).then(() => performance.now() - began, () => NaN);
  await pause(500);
  terminal.type("clear\r");
  await prompt(terminal, PATIENCE);
  return { interrupt: figure };
};

/** From Enter behind `seq 1 200000` to its last line, and the bytes it took until a second later. */
export const sequence: Measure = async ({ terminal, lab }) => {
  const bytes = await wireBytes(lab);
  terminal.type("seq 1 200000");
  await pause(1000);
  const began = performance.now();
  terminal.type("\r");
  const last = /^200000\nready> ?$/m;
  const shown = terminal.waitFor(() => last.test(terminal.screenText()), 2 * PATIENCE, "the last line");
  const figure = await shown.then(() => performance.now() - began, () => NaN);
  await pause(1000);
  return { seq: figure, seq_kB: (await wireBytes(lab) - bytes) / 1000 };
};
