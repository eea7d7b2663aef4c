/**
 * Puts a load on a road: `deno run -A tests/load/load.ts <url> idle|joins|signals|relay|keys|churn [amount] [seconds]`. Bounded: amounts have
 * a highest value, and nothing runs longer than 15 minutes. Only for roads of your own.
 */
import { churn, idle, joins, relays, signals } from "./scenarios.ts";

const [url = "", scenario = "", amount, seconds = "5"] = Deno.args;
const bounded = (text: string | undefined, usual: number, most: number): number => {
  const value = text === undefined ? usual : Number(text);
  if (!(value >= 1 && value <= most)) throw new RangeError(`${text}; wanted a number from 1 to ${most}`);
  return value;
};
const time = bounded(seconds, 5, 900);

switch (scenario) {
  case "idle": {
    await idle(url, bounded(amount, 1_000, 20_000));
    console.log(JSON.stringify({ ready: true }));
    // Kept until stdin ends.
    for await (const _ of Deno.stdin.readable);
    break;
  }
  case "joins": {
    const { errors, ...result } = await joins(url, bounded(amount, 500, 5_000), time);
    console.log(JSON.stringify({ ...result, errors: [...errors] }));
    break;
  }
  case "signals":
    console.log(JSON.stringify({ rate: await signals(url, time, bounded(amount, 50, 500)) }));
    break;
  case "relay":
    console.log(JSON.stringify(await relays(url, time, bounded(amount, 4, 64))));
    break;
  case "keys":
    // The typist alone, to stand beside a stream of another process.
    console.log(JSON.stringify(await relays(url, time, 0)));
    break;
  case "churn":
    console.log(JSON.stringify({ rounds: await churn(url, time, bounded(amount, 8, 64)) }));
    break;
  default:
    throw new Error(`unknown scenario ${scenario}; wanted idle, joins, signals, relay, keys or churn`);
}
Deno.exit(0);
