/** The loads: each takes a road's URL and bounds, and returns what was measured. Times in ms. */
import { encodeRelayed } from "../../transport/schema/relay_message.ts";
import { completeJoin, LoadClient, startHost } from "./clients.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}

/** Opens `count` sockets, hosts and viewers half and half, `lanes` at a time, and keeps them. */
export async function idle(url: string, count: number, lanes = 50): Promise<LoadClient[]> {
  const clients: LoadClient[] = [];
  let left = Math.floor(count / 2);
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (left-- > 0) {
      const host = await LoadClient.join(url, "new", { role: "host" });
      const viewer = await LoadClient.join(url, host.joined!.session, { role: "viewer" });
      clients.push(host, viewer);
    }
  }));
  return clients;
}

/**
 * Complete joins at `perSecond` for `seconds`, whether the road keeps up or not (an open loop: what is late waits, and its waiting
 * counts). Each viewer leaves when it is connected.
 */
export async function joins(url: string, perSecond: number, seconds: number, sessions = 50) {
  const hosts = await Promise.all(Array.from({ length: sessions }, () => startHost(url)));
  const times: number[] = [];
  const errors = new Map<string, number>();
  const all: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = began + i * 1000 / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await pause(wait);
    const session = hosts[i % hosts.length]!.joined!.session;
    all.push(
      completeJoin(url, session).then((viewer) => {
        times.push(performance.now() - due);
        return viewer.close();
      }).catch((error) => void errors.set(error.message, (errors.get(error.message) ?? 0) + 1)),
    );
  }
  await Promise.all(all);
  const rate = times.length / ((performance.now() - began) / 1000);
  for (const host of hosts) host.say({ type: "leave" });
  await Promise.all(hosts.map((host) => host.closed.promise));
  return { ...spread(times), rate, errors };
}

/** Signals between `pairs` pairs, `window` on their way in each direction, for `seconds`. Returns how many arrived a second. */
export async function signals(url: string, seconds: number, pairs = 50, window = 16): Promise<number> {
  const data = "A".repeat(280);
  let count = 0;
  let end = Infinity;
  const made = await Promise.all(Array.from({ length: pairs }, async () => {
    const host = await LoadClient.join(url, "new", { role: "host" });
    const viewer = await LoadClient.join(url, host.joined!.session, { role: "viewer" });
    const bounce = (client: LoadClient, to: string) => {
      const text = JSON.stringify({
        type: "signal",
        to_peer: to,
        signal: { kind: "control", negotiation: 1, data },
      });
      // The generator shares the machine: it does not parse what it only counts.
      client.ws.onmessage = ({ data }) => {
        if (typeof data !== "string" || !data.startsWith('{"type":"signal"')) return;
        count++;
        if (performance.now() < end) client.ws.send(text);
      };
      return () => {
        for (let i = 0; i < window; i++) client.ws.send(text);
      };
    };
    return [host, viewer, bounce(host, viewer.joined!.peer), bounce(viewer, "host")] as const;
  }));
  end = performance.now() + seconds * 1000;
  for (const [, , one, other] of made) {
    one();
    other();
  }
  await pause(seconds * 1000);
  const rate = count / seconds;
  for (const [host, viewer] of made) {
    host.ws.close(1000);
    viewer.ws.close(1000);
  }
  await Promise.all(made.flatMap(([host, viewer]) => [host.closed.promise, viewer.closed.promise]));
  return rate;
}

/**
 * Relays from `streams` hosts, each with `window` messages of 64 KiB unacknowledged, for `seconds`; beside them one pair sends a key
 * every 20 ms and waits for its echo. Returns bytes a second and the round trips of the keys.
 */
export async function relays(url: string, seconds: number, streams = 4, window = 8) {
  const sealed = new Uint8Array(65_000);
  const pair = async () => {
    const host = await LoadClient.join(url, "new", { role: "host" });
    return { host, viewer: await LoadClient.join(url, host.joined!.session, { role: "viewer" }) };
  };
  const loads = await Promise.all(Array.from({ length: streams }, pair));
  const typist = await pair();
  const ack = encodeRelayed({ peer: "host", channel: "ctrl", sealed: new Uint8Array(1) });
  const end = performance.now() + seconds * 1000;
  let bytes = 0;
  for (const { host, viewer } of loads) {
    const message = encodeRelayed({ peer: viewer.joined!.peer, channel: "bulk", sealed });
    viewer.onbytes = (received) => {
      bytes += received.length;
      viewer.ws.send(ack);
    };
    host.onbytes = () => performance.now() < end && host.ws.send(message);
    for (let i = 0; i < window; i++) host.ws.send(message);
  }
  const key = encodeRelayed({ peer: "host", channel: "term", sealed: new Uint8Array(60) });
  const echo = encodeRelayed({
    peer: typist.viewer.joined!.peer,
    channel: "term",
    sealed: new Uint8Array(120),
  });
  typist.host.onbytes = () => typist.host.ws.send(echo);
  const keys: number[] = [];
  while (performance.now() < end) {
    const sent = performance.now();
    await new Promise<void>((resolve) => {
      typist.viewer.onbytes = () => {
        keys.push(performance.now() - sent);
        resolve();
      };
      typist.viewer.ws.send(key);
    });
    await pause(20);
  }
  const rate = bytes / seconds;
  const all = [...loads, typist].flatMap(({ host, viewer }) => [host, viewer]);
  for (const client of all) client.ws.close(1000);
  await Promise.all(all.map((client) => client.closed.promise));
  return { rate, keys: spread(keys) };
}

/** Sessions come and go for `seconds`: joins, signals, relayed bytes, lost sockets, hosts that return, refusals. Returns how many. */
export async function churn(url: string, seconds: number, lanes = 8): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let rounds = 0;
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    while (performance.now() < end) {
      const host = await startHost(url);
      const { session, token } = host.joined!;
      const viewers = await Promise.all([1, 2, 3].map(() => completeJoin(url, session)));
      for (const viewer of viewers) {
        viewer.ws.send(encodeRelayed({ peer: "host", channel: "term", sealed: new Uint8Array(2_000) }));
        viewer.ws.send("no JSON");
      }
      await viewers[0]!.close();
      viewers[1]!.ws.close(3001);
      host.ws.close(3001);
      await Promise.all([host.closed.promise, viewers[1]!.closed.promise]);
      const back = await LoadClient.join(url, session, { role: "host", token });
      await LoadClient.join(url, "zzzzzz", { role: "viewer" }).catch(() => {});
      back.say({ type: "leave" });
      await Promise.all([back.closed.promise, viewers[2]!.closed.promise]);
      if (lane >= 0) rounds++;
    }
  }));
  return rounds;
}
