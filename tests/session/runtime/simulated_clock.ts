/** The clock that a runtime takes, in simulated time. */
import type { Clock } from "../../../session/runtime/clock.ts";
import type { Clock as Simulated } from "../world.ts";

export function runtimeClock(clock: Simulated): Clock {
  return {
    now: () => clock.now,
    after: (ms, run) => {
      let stopped = false;
      clock.schedule(ms, () => stopped || run());
      return () => void (stopped = true);
    },
  };
}

/** Lets `ms` pass in which all that happens is by the runtimes' own timers. */
export async function pass(clock: Simulated, ms: number): Promise<void> {
  for (const until = clock.now + ms; clock.now < until;) {
    await clock.run(Math.min(until, clock.now + 5), () => Infinity, () => {});
  }
}
