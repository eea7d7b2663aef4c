/**
 * Churn with flat memory: sessions come and go, in every way that they can. Ten minutes with `BEACH_SOAK=10`, else 20 s, which `deno task test`
 * runs. The road runs in a process of its own, as in production.
 */
import assert from "node:assert/strict";
import { pollAsync } from "../support/deadline.ts";
import { Spawned } from "../support/spawned.ts";
import { ONE_ADDRESS } from "../road/client.ts";
import { churn } from "./scenarios.ts";

const MINUTES = Number(Deno.env.get("BEACH_SOAK") ?? 1 / 3);

Deno.test(`soak: ${MINUTES.toFixed(1)} minutes of churn leave nothing behind`, async () => {
  const file = new URL("../road/road_process.ts", import.meta.url).pathname;
  const options = JSON.stringify({
    limits: { ...ONE_ADDRESS, messages: { burst: 1e9, perSecond: 1e9 } },
  });
  await using road = Spawned.start([Deno.execPath(), "run", "-A", "--quiet", file, options, "quiet"]);
  const { url } = await road.waitForLine((line) => JSON.parse(line), 20_000);
  const resident = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const gauge = (name: string) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)![1]);
    return {
      memory: Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${road.pid}/status`))![1]) / 1024,
      files: [...Deno.readDirSync(`/proc/${road.pid}/fd`)].length,
      heap: gauge("process_heap_bytes") / 1e6,
      sessions: gauge("beach_sessions"),
      viewers: gauge("beach_viewers"),
      unread: gauge("beach_unread_bytes"),
    };
  };
  // Warm: code compiled, pools filled.
  await churn(url, 5);
  const fresh = await resident();
  const sizes = [fresh.memory];
  const heaps = [fresh.heap];
  let rounds = 0;
  for (let part = 0; part < 6; part++) {
    rounds += await churn(url, MINUTES * 10);
    const { memory, heap } = await resident();
    sizes.push(memory);
    heaps.push(heap);
  }
  const told = `${rounds} sessions, MB after each sixth: ${sizes.map((mb) => mb.toFixed(0)).join(", ")}`;
  console.log(told + `; heap ${heaps.map((mb) => mb.toFixed(0)).join(", ")}`);
  assert.ok(rounds > 10, told);
  // Flat: the second half needs no more than the first reached, and a little for where the collector happens to stand.
  assert.ok(Math.max(...sizes.slice(4)) <= Math.max(...sizes.slice(0, 4)) * 1.15 + 5, told);
  const after = await pollAsync(
    async () => {
      const now = await resident();
      return now.sessions + now.viewers + now.unread === 0 && now;
    },
    10_000,
    "no session, viewer or unread byte left",
  );
  assert.ok(after.files <= fresh.files + 3, `${fresh.files} open files before, ${after.files} after`);
});
