/**
 * How many of many joins succeed over a bad network, and how soon: whole logins from a viewer that knows nothing to its first link, and to its
 * first WebRTC link, each in the lab at 100 ms of round trip and 5 % loss each way. Needs what `tests/net/` needs.
 *
 *     deno run -A tests/bench/net/joins_bench.ts [--joins 500] [--loss 5] [--together 10]
 */
import { Lab } from "../../net/lab.ts";
import { percentile } from "../figures.ts";
import { option } from "../options.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;
const VIEWERS = new URL("./joins_viewers.ts", import.meta.url).pathname;
/** As long as the seed's own target allows, ms. */
const WANTED = 2000;
const READY = 20_000;

const joins = Number(option("joins") ?? 500);
const loss = Number(option("loss") ?? 5);
const together = Number(option("together") ?? 10);

await using lab = await Lab.create({ seed: "joins", hosts: ["host", "viewer", "road"] });
const deno = [Deno.execPath(), "run", "-A", "--quiet"];
const url = `http://${lab.address("road")}:8080`;
await using road = lab.run("road", [
  ...[...deno, MAIN, "road", "--no-web", "--trust-proxy", "--listen", `${lab.address("road")}:8080`],
]);
await road.waitForOutput(/8080/, READY);
await using host = lab.run("host", [
  ...[...deno, MAIN, "host", "--road", url, "--headless", "--json", "--", "sleep", "100000"],
]);
const code = await host.waitForLine((line) => JSON.parse(line).code as string | undefined, READY, "a code");
await lab.shapeAll({ delayMs: 50, loss: loss / 100 });
await using viewers = lab.run("viewer", [...deno, VIEWERS, url, code, String(joins), String(together)]);
await viewers.waitForOutput(/^done$/m, joins * 5000);

const times = viewers.lines().filter((line) => line.startsWith("{")).map((line) =>
  JSON.parse(line) as { link: number | null; webrtc: number | null }
);
console.log(
  `${joins} joins, ${together} at a time, 100 ms RTT, ${loss} % loss each way; from the first packet to the road; ms`,
);
for (const kind of ["link", "webrtc"] as const) {
  const taken = times.map((time) => time[kind]).filter((time) => time !== null);
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((q) => Math.round(percentile(taken, q)));
  const quick = taken.filter((time) => time <= WANTED).length;
  console.log(
    `${kind === "link" ? "the first link" : "WebRTC"}: ${taken.length} (${
      (100 * taken.length / joins).toFixed(1)
    } %), ` +
      `p50 ${p50}, p90 ${p90}, p99 ${p99}, within ${WANTED} ms ${(100 * quick / joins).toFixed(1)} %`,
  );
}
viewers.kill("SIGKILL");
